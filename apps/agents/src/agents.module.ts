import { Module, type DynamicModule } from '@nestjs/common';
import {
  Acceptance,
  StatusWaiter,
  ToolGateways,
  TurnEnds,
  TurnSends,
  WorkspaceChannels,
  WorkspaceTargets,
} from '@skein/sending';
import { BACKENDS, type Backends } from './backends/backends.js';
import { MidTurns } from './mid-turns.js';
import { TurnRunner } from './turn-runner.js';
import { Turns } from './turns.js';
import { TurnsController } from './turns.controller.js';
import { TurnsSweep } from './turns-sweep.js';

@Module({
  controllers: [TurnsController],
  providers: [
    Turns,
    TurnRunner,
    TurnsSweep,
    MidTurns,
    Acceptance,
    StatusWaiter,
    ToolGateways,
    TurnEnds,
    TurnSends,
    WorkspaceChannels,
    WorkspaceTargets,
  ],
})
export class AgentsModule {
  static with(backends: Backends): DynamicModule {
    return { module: AgentsModule, providers: [{ provide: BACKENDS, useValue: backends }] };
  }
}
