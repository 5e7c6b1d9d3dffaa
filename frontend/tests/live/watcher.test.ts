// Each step of a watcher by itself. What it shows over a line that loses, repeats, reorders and cuts
// is held against the real journal by tests/delivery/test_recovery.py.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JobState } from '../../src/api/types.ts';
import { reduce } from '../../src/live/reducer.ts';
import { type Answer, type Question, Watcher } from '../../src/live/watcher.ts';
import { event } from '../events.ts';

/** A server of one job whose answers and pauses come when the test says so. */
class Bench {
  readonly questions: Question[] = [];
  readonly states: JobState[] = [];
  readonly words: string[] = [];
  readonly pauses: number[] = [];
  readonly watcher: Watcher;
  private readonly waiting: { resolve(answer: Answer): void; reject(error: Error): void }[] = [];
  private readonly calls: (() => void)[] = [];

  constructor() {
    this.watcher = new Watcher(
      'a',
      (question) => {
        this.questions.push(question);
        return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
      },
      {
        changed: (state) => this.states.push(state),
        caughtUp: () => this.words.push('caught up'),
        lost: () => this.words.push('lost'),
        refused: (error) => this.words.push(error),
      },
      (call, milliseconds) => {
        this.calls.push(call);
        this.pauses.push(milliseconds);
      },
    );
  }

  /** The answer to the oldest question that has none. */
  answer(answer: Answer): Promise<void> {
    this.waiting.shift()?.resolve(answer);
    return settled();
  }

  noAnswer(): Promise<void> {
    this.waiting.shift()?.reject(new Error('timeout'));
    return settled();
  }

  /** The oldest pause is over. */
  pass(): void {
    this.calls.shift()?.();
  }

  get seq(): number | undefined {
    return this.states.at(-1)?.seq;
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function snapshot(seq: number, epoch = 'e1'): Answer {
  return { ok: true, snapshot: reduce(undefined, event(seq, { epoch })), events: [] };
}

function events(...seqs: number[]): Answer {
  return { ok: true, events: seqs.map((seq) => event(seq)) };
}

/** A bench whose watcher stands at `seq` with nothing under way. */
async function watching(seq: number): Promise<Bench> {
  const bench = new Bench();
  bench.watcher.connected();
  await bench.answer(snapshot(seq));
  return bench;
}

describe('a watcher', () => {
  it('asks without a position at first, and starts from the snapshot', async () => {
    const bench = await watching(7);
    assert.deepEqual(bench.questions, [{ job: 'a' }]);
    assert.equal(bench.seq, 7);
    assert.deepEqual(bench.words, ['caught up']);
  });

  it('applies the next event', async () => {
    const bench = await watching(7);
    bench.watcher.received(event(8));
    assert.equal(bench.seq, 8);
    assert.equal(bench.questions.length, 1);
  });

  it('drops a duplicate event', async () => {
    const bench = await watching(7);
    bench.watcher.received(event(7));
    bench.watcher.received(event(3));
    assert.equal(bench.states.length, 1);
    assert.equal(bench.questions.length, 1);
  });

  it('asks from its position on when an event leaves a gap, and fills it in order', async () => {
    const bench = await watching(7);
    bench.watcher.received(event(10));
    assert.deepEqual(bench.questions[1], { job: 'a', epoch: 'e1', since: 7 });
    assert.equal(bench.seq, 7);
    await bench.answer(events(8, 9, 10));
    assert.equal(bench.seq, 10);
    assert.equal(bench.questions.length, 2);
    assert.deepEqual(bench.words, ['caught up', 'caught up']);
  });

  it('holds what arrives until the answer is there, and drops what the answer has', async () => {
    const bench = new Bench();
    bench.watcher.connected();
    bench.watcher.received(event(9));
    bench.watcher.received(event(8));
    bench.watcher.received(event(10));
    assert.deepEqual(bench.states, []);
    await bench.answer(snapshot(8));
    assert.equal(bench.seq, 10);
    assert.equal(bench.states.length, 1);
    assert.equal(bench.questions.length, 1);
  });

  it('sorts what arrived out of order while it waited', async () => {
    const bench = await watching(1);
    bench.watcher.received(event(4));
    for (const seq of [7, 5, 6]) bench.watcher.received(event(seq));
    await bench.answer(events(2, 3, 4));
    assert.equal(bench.seq, 7);
    assert.equal(bench.questions.length, 2);
  });

  it('sends one request at a time', async () => {
    const bench = await watching(1);
    for (const seq of [5, 9, 20]) bench.watcher.received(event(seq));
    bench.watcher.received({ epoch: 'e1', seq: 20 });
    assert.equal(bench.questions.length, 2);
  });

  it('asks when a position is ahead, as after a lost final event', async () => {
    const bench = await watching(7);
    bench.watcher.received({ epoch: 'e1', seq: 8 });
    assert.deepEqual(bench.questions[1], { job: 'a', epoch: 'e1', since: 7 });
    await bench.answer(events(8));
    assert.equal(bench.seq, 8);
  });

  it('does not ask when a position is its own or behind', async () => {
    const bench = await watching(7);
    bench.watcher.received({ epoch: 'e1', seq: 7 });
    bench.watcher.received({ epoch: 'e1', seq: 2 });
    assert.equal(bench.questions.length, 1);
  });

  it('needs no further answer when the event of a held position came in live', async () => {
    const bench = new Bench();
    bench.watcher.connected();
    bench.watcher.received({ epoch: 'e1', seq: 8 });
    bench.watcher.received(event(8));
    await bench.answer(snapshot(7));
    assert.equal(bench.seq, 8);
    assert.equal(bench.questions.length, 1);
  });

  it('restarts from the snapshot of another epoch', async () => {
    const bench = await watching(90);
    bench.watcher.received(event(2, { epoch: 'e2' }));
    assert.deepEqual(bench.questions[1], { job: 'a', epoch: 'e1', since: 90 });
    await bench.answer(snapshot(2, 'e2'));
    assert.equal(bench.states.at(-1)?.epoch, 'e2');
    assert.equal(bench.seq, 2);
    bench.watcher.received(event(3, { epoch: 'e2' }));
    assert.equal(bench.seq, 3);
    assert.equal(bench.questions.length, 2);
  });

  it('ignores a late event of a past epoch', async () => {
    const bench = await watching(90);
    bench.watcher.received(event(2, { epoch: 'e2' }));
    bench.watcher.received(event(3));
    await bench.answer(snapshot(2, 'e2'));
    // Which of the two epochs is the past one, only the server knows.
    bench.pass();
    assert.deepEqual(bench.questions[2], { job: 'a', epoch: 'e2', since: 2 });
    await bench.answer({ ok: true, events: [] });
    assert.equal(bench.seq, 2);
    assert.deepEqual(bench.words, ['caught up', 'caught up']);
  });

  it('resumes at its position after a reconnect', async () => {
    const bench = await watching(7);
    bench.watcher.hold();
    bench.watcher.connected();
    assert.deepEqual(bench.questions[1], { job: 'a', epoch: 'e1', since: 7 });
    await bench.answer(events(8, 9));
    assert.equal(bench.seq, 9);
    assert.deepEqual(
      bench.states.map(({ seq }) => seq),
      [7, 9],
    );
  });

  it('ignores an answer from before the newest connect', async () => {
    const bench = new Bench();
    bench.watcher.connected();
    bench.watcher.connected();
    await bench.answer(snapshot(3));
    assert.deepEqual(bench.states, []);
    await bench.answer(snapshot(5));
    assert.equal(bench.seq, 5);
  });

  it('asks again at growing intervals without an answer, and reports when it is lost', async () => {
    const bench = await watching(7);
    bench.watcher.received(event(9));
    for (let round = 0; round < 5; round += 1) {
      await bench.noAnswer();
      bench.pass();
    }
    assert.deepEqual(bench.pauses, [250, 1000, 2000, 4000, 4000]);
    assert.deepEqual(bench.words, ['caught up', 'lost', 'lost']);
    await bench.answer(events(8));
    assert.equal(bench.seq, 9);
    assert.equal(bench.words.at(-1), 'caught up');
  });

  it('asks again at a slow pace when answers do not fill the gap', async () => {
    const bench = await watching(7);
    bench.watcher.received(event(9));
    await bench.answer({ ok: true, events: [] });
    assert.equal(bench.questions.length, 2);
    assert.deepEqual(bench.pauses, [250]);
    bench.pass();
    await bench.answer(events(8));
    assert.equal(bench.seq, 9);
  });

  it('no longer asks once the connection is gone', async () => {
    const bench = await watching(7);
    bench.watcher.received(event(9));
    await bench.noAnswer();
    bench.watcher.hold();
    bench.pass();
    assert.equal(bench.questions.length, 2);
  });

  it('reports a refusal, and asks again after a pause', async () => {
    const bench = new Bench();
    bench.watcher.connected();
    await bench.answer({ ok: false, error: 'Live updates are away.' });
    assert.deepEqual(bench.words, ['Live updates are away.']);
    bench.pass();
    await bench.answer(snapshot(3));
    assert.equal(bench.seq, 3);
  });

  it('asks for events that it could not hold', async () => {
    const bench = new Bench();
    bench.watcher.connected();
    for (let seq = 8; seq <= 700; seq += 1) bench.watcher.received(event(seq));
    await bench.answer(snapshot(7));
    assert.equal(bench.seq, 7);
    bench.pass();
    assert.deepEqual(bench.questions[1], { job: 'a', epoch: 'e1', since: 7 });
    await bench.answer({
      ok: true,
      events: Array.from({ length: 693 }, (_, index) => event(8 + index)),
    });
    assert.equal(bench.seq, 700);
  });
});
