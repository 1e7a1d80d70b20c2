import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { API_TOKEN, type SendBell } from '@skein/contracts';
import { done, type Item, type Settlement } from '@skein/messaging';
import { PublishedCommands } from './accept-published.js';
import { RouterService } from './router.service.js';

/** What arrives at the router: bells of the api, commands of services, schedules that fired. */
@Controller()
export class RouterController {
  constructor(
    private readonly router: RouterService,
    private readonly published: PublishedCommands,
  ) {}

  @EventPattern('send')
  async send(items: Item[]): Promise<Settlement[]> {
    const isBell = (item: Item): boolean => item.tokens[3] === API_TOKEN;
    const commands = items.filter((item) => !isBell(item));
    const settled = commands.length === 0 ? [] : await this.published.take(commands);
    await this.router.take(items.filter(isBell).flatMap((item) => (item.data as SendBell).ids));
    return items.map((item) => settled[commands.indexOf(item)] ?? done());
  }

  @EventPattern('due')
  async due(items: Item[]): Promise<void> {
    await this.router.routeDue(items.flatMap((item) => item.tokens[3] ?? []));
  }
}
