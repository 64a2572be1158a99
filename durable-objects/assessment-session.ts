import { DurableObject } from 'cloudflare:workers';
import { isTooFast } from '../src/assessments/pace.ts';
import {
  type Change,
  gradeIfDue,
  nextAlarm,
  type SessionEvent,
  type StepAnswer,
  step,
} from '../src/assessments/session.ts';
import type {
  Absent,
  FinishedView,
  OpsAnswer,
  SessionRpc,
  SessionView,
  StartSession,
  SubmitAnswer,
  TakeoverAnswer,
  TooMany,
} from '../src/assessments/session-rpc.ts';
import { evolve, type SessionState } from '../src/assessments/session-state.ts';
import { factsOf, finishedView, sessionView } from '../src/assessments/session-view.ts';
import type { Job } from '../src/events/event.ts';
import { consoleLog, errorLine } from '../src/lib/log.ts';
import { append, create, load, migrate, readOps } from './storage.ts';

const absent: Absent = { kind: 'absent' };
const tooMany: TooMany = { kind: 'too_many' };

/**
 * One attempt. Wiring only: each method reads the state, lets `step` decide, writes the changes, evolves its memory and
 * answers. The rules are in src/assessments/session.ts, the SQL in storage.ts.
 */
export class AssessmentSession extends DurableObject<Env> implements SessionRpc {
  #state: SessionState | undefined;
  /** When the student's last requests came. In memory: being evicted takes longer than a second. */
  readonly #recent: number[] = [];
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    void ctx.blockConcurrencyWhile(async () => migrate(ctx.storage));
  }

  async start(spec: StartSession): Promise<SessionView | Absent | TooMany> {
    if (!this.#read()) {
      create(this.ctx.storage, spec);
      await this.#wake();
    }
    return await this.view(spec.userId);
  }

  async view(userId: string, perSecond?: number) {
    if (this.#isTooFast(userId, perSecond)) return tooMany;
    const state = await this.#take(userId, { kind: 'settle' });
    return state ? sessionView(state.now, Date.now()) : absent;
  }

  async open(userId: string, perSecond?: number) {
    if (this.#isTooFast(userId, perSecond)) return tooMany;
    // Tries have no epoch, so a practice may lie open on several pages.
    const isPractice = this.#read()?.terms.behaviour === 'practice';
    const state = await this.#take(userId, { kind: isPractice ? 'settle' : 'takeover' });
    return state ? sessionView(state.now, Date.now()) : absent;
  }

  async record(userId: string, event: Extract<SessionEvent, { kind: 'ops' | 'form' }>, perSecond?: number) {
    if (this.#isTooFast(userId, perSecond)) return tooMany;
    return ((await this.#take(userId, event))?.answer ?? absent) as OpsAnswer;
  }

  async takeover(userId: string, perSecond?: number) {
    if (this.#isTooFast(userId, perSecond)) return tooMany;
    return ((await this.#take(userId, { kind: 'takeover' }))?.answer ?? absent) as TakeoverAnswer;
  }

  async submit(
    userId: string,
    event: Extract<SessionEvent, { kind: 'submit' }>,
    perSecond?: number,
  ): Promise<SubmitAnswer | TooMany> {
    if (this.#isTooFast(userId, perSecond)) return tooMany;
    const state = await this.#take(userId, event);
    if (!state) return absent;
    return state.answer.kind === 'submitted' ? finishedView(state.now, Date.now()) : (state.answer as SubmitAnswer);
  }

  async tryItem(userId: string, event: Extract<SessionEvent, { kind: 'try' }>, perSecond?: number) {
    if (this.#isTooFast(userId, perSecond)) return tooMany;
    return ((await this.#take(userId, event))?.answer ?? absent) as Awaited<ReturnType<SessionRpc['tryItem']>>;
  }

  async summary() {
    const state = await this.#settled({ kind: 'settle' });
    if (!state) return absent;
    const { now } = state;
    const answered = [...now.responses.values()].filter(({ response }) => response !== null).length;
    return {
      kind: 'summary' as const,
      attempt: factsOf(now, Date.now()),
      answered: now.terms.behaviour === 'practice' ? now.tries.size : answered,
      items: now.terms.items.size,
      lateOps: now.lateOps,
    };
  }

  async finished(): Promise<Absent | { kind: 'open'; attempt: ReturnType<typeof factsOf> } | FinishedView> {
    const state = await this.#settled({ kind: 'settle' });
    if (!state) return absent;
    const { now } = state;
    return now.phase === 'open' ? { kind: 'open', attempt: factsOf(now, Date.now()) } : finishedView(now, Date.now());
  }

  async adjust(adjustment: Extract<SessionEvent, { kind: 'adjust' }>['adjustment']) {
    const state = await this.#settled({ kind: 'adjust', adjustment });
    return state ? { kind: 'adjusted' as const, attempt: factsOf(state.now, Date.now()) } : absent;
  }

  async ops() {
    return this.#read() ? { kind: 'ops' as const, ops: readOps(this.#sql) } : absent;
  }

  async stored(resultNumber: number) {
    await this.#settled({ kind: 'stored', resultNumber });
  }

  async discard() {
    this.#state = undefined;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  /** The alarm wakes, the deadline decides: early, late, twice or never, the answer is the same. Never throws. */
  override async alarm() {
    try {
      const wasOpen = this.#read()?.phase === 'open';
      const state = await this.#settled({ kind: 'settle' });
      if (!state) return;
      // What ended just now has asked already.
      if (!wasOpen && state.now.phase !== 'open' && !isStored(state.now)) await this.#askToStore(state.now);
      await this.#wake();
    } catch (error) {
      consoleLog('error', errorLine({ where: 'alarm', object: this.ctx.id.toString() }, error));
      await this.ctx.storage.setAlarm(Date.now() + 60_000);
    }
  }

  #read(): SessionState | undefined {
    this.#state ??= load(this.#sql);
    return this.#state;
  }

  /** A stranger neither counts nor learns anything. */
  #isTooFast(userId: string, perSecond: number | undefined) {
    return perSecond !== undefined && this.#isOwner(userId) && isTooFast(this.#recent, perSecond, Date.now());
  }

  #isOwner(userId: string) {
    return this.#read()?.terms.userId === userId;
  }

  /** An event by the owner; undefined for anybody else, as if there were nothing. */
  async #take(userId: string, event: SessionEvent) {
    return this.#isOwner(userId) ? await this.#settled(event) : undefined;
  }

  async #settled(event: SessionEvent): Promise<{ now: SessionState; answer: StepAnswer } | undefined> {
    const state = this.#read();
    if (!state) return undefined;
    const wasOpen = state.phase === 'open';
    const { changes, answer } = step(state, event, Date.now());
    this.#write(state, changes);
    if (state.phase !== 'open' && !state.result) this.#grade(state);
    if (changes.some(({ kind }) => kind !== 'received' && kind !== 'tried' && kind !== 'taken_over'))
      await this.#wake();
    if (wasOpen && state.phase !== 'open') await this.#askToStore(state);
    return { now: state, answer };
  }

  /** A write that fails leaves the memory ahead of nothing: the state is read anew from what is durable. */
  #write(state: SessionState, changes: readonly Change[]) {
    try {
      append(this.#sql, changes);
    } catch (error) {
      this.#state = undefined;
      throw error;
    }
    for (const change of changes) evolve(state, change);
  }

  /** A grader that throws must not stop the finish; the alarm tries again. */
  #grade(state: SessionState) {
    try {
      this.#write(state, gradeIfDue(state));
    } catch (error) {
      consoleLog('error', errorLine({ where: 'grade', attempt: state.terms.attemptId }, error));
    }
  }

  async #askToStore(state: SessionState) {
    try {
      await (this.env.JOBS as Queue<Job>).send({ job: 'store-result', attemptId: state.terms.attemptId });
    } catch (error) {
      consoleLog('error', errorLine({ where: 'queue', attempt: state.terms.attemptId }, error));
    }
  }

  async #wake() {
    const state = this.#read();
    const at = state && nextAlarm(state, Date.now());
    if (at) await this.ctx.storage.setAlarm(at);
    else await this.ctx.storage.deleteAlarm();
  }
}

const isStored = (state: SessionState) => state.result !== undefined && state.storedResult >= state.result.number;
