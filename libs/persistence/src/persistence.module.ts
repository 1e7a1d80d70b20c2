import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { dataSourceOf, dbOf, type DatabaseOptions } from './data-source.js';
import { Db } from './db.js';

/** Gives an app its data source and the {@link Db} handle on the same pool. */
@Module({})
export class PersistenceModule {
  static forRoot(options: DatabaseOptions): DynamicModule {
    return {
      module: PersistenceModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            ...dataSourceOf(options).options,
            retryAttempts: 1_000_000,
            retryDelay: 1_000,
          }),
        }),
      ],
      providers: [{ provide: Db, useFactory: dbOf, inject: [DataSource] }],
      exports: [Db],
    };
  }
}
