import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { storeMedia } from '@skein/channel-kit';
import { MediaStore } from '@skein/messaging';
import { Db } from '@skein/persistence';
import { ToolGateways } from '@skein/sending';
import { ApiConfig } from '../api.config.js';
import { CatalogController } from '../channels/catalog.controller.js';
import { ChannelsController } from '../channels/channels.controller.js';
import { ConversationsController } from '../conversations/conversations.controller.js';
import { MessagesController } from '../messages/messages.controller.js';
import { Sender } from '../send/sender.js';
import { TargetsController } from '../targets/targets.controller.js';
import { readTools } from './read-tools.js';
import { sendTools } from './send-tools.js';
import { targetTool, type OpenGateway } from './target-tool.js';
import type { McpTool } from './tool.js';

/** Every tool of the MCP server, each of them another name for something that REST does. */
@Injectable()
export class McpTools implements OnModuleInit {
  private tools = new Map<string, McpTool>();

  constructor(
    private readonly modules: ModuleRef,
    private readonly sender: Sender,
    private readonly gateways: ToolGateways,
    private readonly db: Db,
    private readonly media: MediaStore,
    private readonly config: ApiConfig,
  ) {}

  /** The controllers exist only now. */
  onModuleInit(): void {
    const doors = {
      conversations: this.modules.get(ConversationsController),
      messages: this.modules.get(MessagesController),
      channels: this.modules.get(ChannelsController),
      catalog: this.modules.get(CatalogController),
      targets: this.modules.get(TargetsController),
    };
    const all = [...sendTools(this.sender), targetTool(this.openGateway), ...readTools(doors)];
    this.tools = new Map(all.map((tool) => [tool.name, tool]));
  }

  all(): McpTool[] {
    return [...this.tools.values()];
  }

  find(name: string): McpTool | undefined {
    return this.tools.get(name);
  }

  private readonly openGateway: OpenGateway = (turn, { agentId }) =>
    this.gateways.of(turn, {
      folders: this.config.toolFolders,
      keyAgentId: agentId,
      store: (workspaceId, file) => storeMedia({ sql: this.db, media: this.media }, workspaceId, file),
    });
}
