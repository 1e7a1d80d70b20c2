import { Module } from '@nestjs/common';
import { CampaignsController } from './campaigns.controller.js';
import { CampaignsSweep } from './campaigns-sweep.js';
import { Feeder } from './feeder.js';

@Module({ controllers: [CampaignsController], providers: [Feeder, CampaignsSweep] })
export class CampaignsModule {}
