import { Module, type DynamicModule } from '@nestjs/common';
import { SENDING } from '@skein/sending';
import { BACKENDS, type Backends } from './backends/backends.js';
import { MidTurns } from './mid-turns.js';
import { TurnRunner } from './turn-runner.js';
import { Turns } from './turns.js';
import { TurnsController } from './turns.controller.js';
import { TurnsSweep } from './turns-sweep.js';

@Module({
  controllers: [TurnsController],
  providers: [...SENDING, Turns, TurnRunner, TurnsSweep, MidTurns],
})
export class AgentsModule {
  static with(backends: Backends): DynamicModule {
    return { module: AgentsModule, providers: [{ provide: BACKENDS, useValue: backends }] };
  }
}
