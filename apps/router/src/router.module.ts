import { Module } from '@nestjs/common';
import { PublishedCommands } from './accept-published.js';
import { PlanServer } from './plan-server.js';
import { RouterController } from './router.controller.js';
import { RouterService } from './router.service.js';
import { RouterSweeps } from './router-sweeps.js';

@Module({
  controllers: [RouterController],
  providers: [RouterService, RouterSweeps, PublishedCommands, PlanServer],
})
export class RouterModule {}
