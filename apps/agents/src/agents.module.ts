import { Module, type DynamicModule } from '@nestjs/common';
import { BACKENDS, type Backends } from './backends/backends.js';
import { TurnRunner } from './turn-runner.js';
import { Turns } from './turns.js';
import { TurnsController } from './turns.controller.js';
import { TurnsSweep } from './turns-sweep.js';

@Module({ controllers: [TurnsController], providers: [Turns, TurnRunner, TurnsSweep] })
export class AgentsModule {
  static with(backends: Backends): DynamicModule {
    return { module: AgentsModule, providers: [{ provide: BACKENDS, useValue: backends }] };
  }
}
