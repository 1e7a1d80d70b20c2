import { Module } from '@nestjs/common';
import { Aftermath } from './aftermath.js';
import { Apply } from './apply.js';
import { ThreadsController } from './threads.controller.js';
import { ThreadsSweeps } from './threads-sweeps.js';

@Module({ controllers: [ThreadsController], providers: [Apply, Aftermath, ThreadsSweeps] })
export class ThreadsModule {}
