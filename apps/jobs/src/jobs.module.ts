import { Module } from '@nestjs/common';
import { JobsController } from './jobs.controller.js';
import { Scheduler } from './scheduler.js';

@Module({ controllers: [JobsController], providers: [Scheduler] })
export class JobsModule {}
