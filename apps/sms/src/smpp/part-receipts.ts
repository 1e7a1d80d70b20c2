/** The parts of one call that was cut, and what is known of them. */
export interface PartGroup {
  /** The id under which the call is in the ledger. */
  providerId: string;
  total: number;
  delivered: Set<string>;
  isTold: boolean;
}

/** Groups remembered at once; a receipt for a forgotten one tells nothing, and the message stays `sent`. */
const MAX_GROUPS = 50_000;

/**
 * A call of several parts is delivered when each part is, and has failed when one has. Its id says of how many parts it is (`<first
 * id>*<parts>`), so that the receipt of one part alone can never pass for the whole, not even after a restart has forgotten the others.
 */
export class PartReceipts {
  private readonly byId = new Map<string, PartGroup>();

  start(firstId: string, total: number): PartGroup {
    const group: PartGroup = {
      providerId: `${firstId}*${total}`,
      total,
      delivered: new Set(),
      isTold: false,
    };
    this.add(firstId, group);
    return group;
  }

  add(id: string, group: PartGroup): void {
    this.byId.set(id, group);
    for (const oldest of this.byId.keys()) {
      if (this.byId.size <= MAX_GROUPS) return;
      this.byId.delete(oldest);
    }
  }

  /**
   * What the receipt of one part says of the whole: the id to tell it under, `undefined` when it says nothing yet, or the part's own id
   * when it belongs to no group.
   */
  tell(id: string, status: 'sent' | 'delivered' | 'failed'): string | undefined {
    const group = this.byId.get(id);
    if (!group) return id;
    if (status === 'sent' || group.isTold) return undefined;
    if (status === 'delivered') group.delivered.add(id);
    if (status === 'delivered' && group.delivered.size < group.total) return undefined;
    group.isTold = true;
    return group.providerId;
  }
}
