import { DurableObject } from 'cloudflare:workers';
import {
  type Counted,
  giveBack,
  overAt,
  type Rate,
  type RateCounter,
  stillCounted,
  type Taken,
  take,
} from '../src/http/rate-window.ts';
import { consoleLog, errorLine } from '../src/lib/log.ts';

type Kept = { rate: Rate; counted: Counted };

/**
 * How often one principal did one thing (src/http/limits.ts). Wiring only: the rule is in src/http/rate-window.ts. What is allowed is
 * written before it is answered, so an eviction forgives nothing; what is refused is not written, so a flood writes nothing. Once the
 * window is over, the alarm leaves nothing behind.
 */
export class RateLimiter extends DurableObject<Env> implements RateCounter {
  #kept: Kept | undefined;
  #hasAlarm = false;

  async take(rate: Rate): Promise<Taken> {
    const { counted, taken } = take(this.#read()?.counted ?? [], rate, Date.now());
    if (taken.isAllowed) {
      this.#write({ rate, counted });
      await this.#wake(overAt(counted, rate));
    }
    return taken;
  }

  async giveBack(slot: number): Promise<void> {
    const kept = this.#read();
    if (kept) this.#write({ ...kept, counted: giveBack(kept.counted, slot) });
  }

  /** Early, late or twice: what still counts is kept. Never throws. */
  override async alarm() {
    try {
      this.#hasAlarm = false;
      const kept = this.#read();
      const counted = kept ? stillCounted(kept.counted, kept.rate, Date.now()) : [];
      if (kept && counted.length > 0) return await this.#wake(overAt(counted, kept.rate));
      this.#kept = undefined;
      await this.ctx.storage.deleteAll();
    } catch (error) {
      consoleLog('error', errorLine({ where: 'alarm', object: this.ctx.id.toString() }, error));
      await this.ctx.storage.setAlarm(Date.now() + 60_000);
    }
  }

  /** Only `take` makes the table: an object that never counted has none. */
  #read(): Kept | undefined {
    if (this.#kept) return this.#kept;
    const { sql } = this.ctx.storage;
    const tables = sql.exec("select name from sqlite_master where type = 'table' and name = 'kept'").toArray();
    const [row] = tables.length > 0 ? sql.exec<{ json: string }>('select json from kept').toArray() : [];
    if (row) this.#kept = JSON.parse(row.json) as Kept;
    return this.#kept;
  }

  #write(kept: Kept) {
    const { sql } = this.ctx.storage;
    // A write that fails leaves the memory ahead of nothing.
    const hadTable = this.#kept !== undefined;
    this.#kept = undefined;
    if (!hadTable)
      sql.exec('create table if not exists kept (one integer primary key check (one = 1), json text not null)');
    sql.exec('insert or replace into kept (one, json) values (1, ?)', JSON.stringify(kept));
    this.#kept = kept;
  }

  /** One alarm at a time: it looks for itself whether it came early. */
  async #wake(at: number) {
    if (this.#hasAlarm) return;
    this.#hasAlarm = true;
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(at);
  }
}
