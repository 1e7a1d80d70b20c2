import { subjects } from '@skein/contracts';
import type { NatsLink } from './link/nats-link.js';
import { isMissing } from './link/broker-errors.js';
import type { Provisioner } from './streams/provisioner.js';

/** JetStream fires no earlier than this after the schedule is stored, in ms (nats-server 2.14). */
const FLOOR_MS = 250;

/**
 * Wake-up calls kept by JetStream. A fire is a hint that arrives on a subject of the same stream: the database decides whether
 * the thing is due, because a replaced or canceled schedule may still fire once.
 */
export class Schedules {
  constructor(
    private readonly link: NatsLink,
    private readonly provisioner: Provisioner,
  ) {}

  /**
   * Asks for a fire at a time, never early. One schedule per id: asking again replaces the earlier one. What is due
   * later than in 24 hours belongs in the database until then.
   *
   * @param target the subject on which the fire arrives.
   * @throws NatsAwayError, or the client's error; nothing is lost, for the row's `wake_at` stands.
   */
  async scheduleAt(ws: string, id: string, at: Date, target = subjects.due(ws, id)): Promise<void> {
    const earliest = Date.now() + FLOOR_MS;
    const fire = new Date(Math.max(at.getTime(), earliest));
    const schedule = { specification: { at: fire }, target };
    const publish = () =>
      this.link.js.publish(subjects.schedule(ws, id), JSON.stringify({ id }), { schedule });
    try {
      await publish();
    } catch (error) {
      if (!isMissing(error)) throw error;
      await this.provisioner.repair();
      await publish();
    }
  }

  /** Takes a schedule back. Nothing happens when there is none. @throws NatsAwayError */
  async cancelSchedule(ws: string, id: string): Promise<void> {
    const manager = await this.link.manager();
    try {
      await manager.streams.purge('DUE', { filter: subjects.schedule(ws, id) });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}
