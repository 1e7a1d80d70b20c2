import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { dataSourceOf, dbOf, type DatabaseOptions } from './data-source.js';
import { Db } from './db.js';

/** Pause between two tries to reach the database when a service starts, in ms. */
const RETRY_MS = 500;

/** Gives an app its data source and the {@link Db} handle on the same pool. The app waits for a database that is away. */
@Module({})
export class PersistenceModule implements OnApplicationShutdown {
  constructor(@Inject(DataSource) private readonly source: DataSource) {}

  static forRoot(options: DatabaseOptions): DynamicModule {
    return {
      module: PersistenceModule,
      global: true,
      providers: [
        { provide: DataSource, useFactory: () => connected(options) },
        { provide: Db, useFactory: dbOf, inject: [DataSource] },
      ],
      exports: [Db, DataSource],
    };
  }

  /** Last of all hooks: what ran on the pool has ended. */
  async onApplicationShutdown(): Promise<void> {
    await this.source.destroy();
  }
}

async function connected(options: DatabaseOptions): Promise<DataSource> {
  for (;;) {
    const source = dataSourceOf(options);
    try {
      return await source.initialize();
    } catch {
      // Health says that the service is not ready; exiting would only make a supervisor start it again.
      await delay(RETRY_MS);
    }
  }
}
