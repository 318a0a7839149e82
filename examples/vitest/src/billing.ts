/** What a start takes. */
export interface Order {
  charging_station: string;
  connector: string;
  driver: string;
  vehicle: string;
  payment_method: string;
}

/** What a driver has paid for a session; the amount is in the smallest unit of the currency. */
export interface Bill {
  session: string;
  kwh: number;
  amount: number;
  currency: string;
}

interface Session {
  id: string;
  status: 'active' | 'completed' | 'failed';
  energy_consumed: number;
  amount_due: number;
  amount_paid: number;
  currency: string;
}

interface Page {
  data: Session[];
  next_page_url: string | null;
}

export class CardDeclinedError extends Error {}

/** Starts charging sessions at Charge, and bills them. */
export class Billing {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /** Starts a session, and returns its id. Throws a CardDeclinedError if the driver's card is declined. */
  async start(order: Order): Promise<string> {
    const answer = await this.call('/charging_sessions', { method: 'POST', body: JSON.stringify(order) });
    if (answer.status === 402) throw new CardDeclinedError(`the card ${order.payment_method} was declined`);
    return (await this.read<Session>(answer)).id;
  }

  /** The bill of a session; null while it is not paid. */
  async bill(session: string): Promise<Bill | null> {
    const found = await this.read<Session>(await this.call(`/charging_sessions/${session}`));
    return isPaid(found) ? billOf(found) : null;
  }

  /** The bills of a driver, newest first. */
  async bills(driver: string): Promise<Bill[]> {
    const found: Bill[] = [];
    let next: string | null = `${this.url}/charging_sessions?driver=${driver}&status=completed`;
    while (next !== null) {
      const page: Page = await this.read<Page>(await this.call(next));
      found.push(...page.data.filter(isPaid).map(billOf));
      next = page.next_page_url;
    }
    return found;
  }

  private call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { Authorization: `Bearer ${this.key}`, 'Content-Type': 'application/json' };
    return fetch(path.startsWith('/') ? this.url + path : path, { ...init, headers });
  }

  private async read<T>(answer: Response): Promise<T> {
    if (!answer.ok) throw new Error(`Charge answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}

function isPaid(session: Session): boolean {
  return session.status === 'completed' && session.amount_paid > 0 && session.amount_paid === session.amount_due;
}

function billOf({ id, energy_consumed, amount_paid, currency }: Session): Bill {
  return { session: id, kwh: energy_consumed / 1000, amount: amount_paid, currency };
}
