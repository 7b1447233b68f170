import { NovaError } from '@novacron/core';
import { ManualClock } from '@novacron/core/testing';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { AnalyticsError, pipeline, type Pipeline, type Stage, type StageContext } from '@novacron/analytics';

const failureOf = async (run: Promise<unknown>): Promise<AnalyticsError> => {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!AnalyticsError.isInstance(error)) throw new TypeError(`expected an AnalyticsError, got ${String(error)}`);
  return error;
};

const never: Stage<unknown, never> = { name: 'never', run: () => new Promise<never>(() => {}) };

describe('pipeline', () => {
  it('hands what each stage gives to the next, promises and all', async () => {
    const words = pipeline('words', (text: string) => text.split(' '))
      .pipe(async (list) => list.length)
      .pipe({ name: 'twice', run: (count) => count * 2 });
    expect((await words.run('to be or not')).value).toBe(8);
    expect(words.stages).toEqual(['stage 0', 'stage 1', 'twice']);
    expect(words.name).toBe('words');
  });

  it('is checked by the compiler: what a stage gives must be what the next one takes', () => {
    const lengths = pipeline('typed', (text: string) => text.length);
    expectTypeOf(lengths).toEqualTypeOf<Pipeline<string, number>>();
    expectTypeOf(lengths.pipe(async (length) => [length])).toEqualTypeOf<Pipeline<string, number[]>>();
    expectTypeOf<Parameters<typeof lengths.run>[0]>().toEqualTypeOf<string>();
    // @ts-expect-error a number is no string
    lengths.pipe((text: string) => text.trim());
    // @ts-expect-error nor is it an array
    lengths.pipe({ name: 'sum', run: (list: readonly number[]) => list.length });
    // @ts-expect-error the input is missing
    void (() => lengths.run());
    const stage: Stage<number, string> = { name: 'text', run: String };
    expectTypeOf(lengths.pipe(stage)).toEqualTypeOf<Pipeline<string, string>>();
  });

  it('never changes: piping on from one pipeline twice makes two', async () => {
    const start = pipeline('start', () => 10);
    const doubled = start.pipe((value) => value * 2);
    const halved = start.pipe((value) => value / 2);
    expect([start.stages.length, doubled.stages.length]).toEqual([1, 2]);
    expect((await doubled.run()).value).toBe(20);
    expect((await halved.run()).value).toBe(5);
    expect((await start.run()).value).toBe(10);
  });

  it('is not taken for a promise', async () => {
    const start = pipeline('start', () => 1);
    expect(await Promise.resolve(start)).toBe(start);
  });

  it('tells how long each stage took', async () => {
    const clock = new ManualClock(1_000);
    const slow = pipeline('slow', async (_: void, context) => context.clock.sleep(30)).pipe(async (_, context) => {
      await context.clock.sleep(12);
      return 'done';
    });
    const running = slow.run(undefined, { clock });
    await clock.advance(30);
    await clock.advance(12);
    expect(await running).toEqual({
      value: 'done',
      trace: [
        { name: 'stage 0', index: 0, durationMs: 30, ok: true },
        { name: 'stage 1', index: 1, durationMs: 12, ok: true },
      ],
      startTimeMs: 1_000,
      durationMs: 42,
    });
  });

  it('gives all stages of a run the same context, and every run its own', async () => {
    const seen: StageContext[] = [];
    const shared = pipeline('shared', (input: number, context) => {
      seen.push(context);
      context.values.set('input', input);
      return input;
    }).pipe((_, context) => {
      seen.push(context);
      return [context.values.get('input'), context.values.get('given')];
    });
    const values = new Map([['given', 'yes']]);
    const [one, two] = await Promise.all([shared.run(1, { values }), shared.run(2, { values })]);
    expect([one.value, two.value]).toEqual([
      [1, 'yes'],
      [2, 'yes'],
    ]);
    expect(new Set(seen).size).toBe(2);
    expect(values.size).toBe(1);
    expect(seen[0]).toMatchObject({ pipeline: 'shared', startTimeMs: one.startTimeMs });
  });

  it('passes the logger on, and is silent without one', async () => {
    const messages: string[] = [];
    const log = (message: string): void => void messages.push(message);
    const chatty = pipeline('chatty', (_: void, { logger }) => {
      logger.debug('a');
      logger.info('b');
      logger.warn('c');
    });
    await chatty.run();
    await chatty.run(undefined, { logger: { debug: log, info: log, warn: log } });
    expect(messages).toEqual(['a', 'b', 'c']);
  });
});

describe('a pipeline whose stage fails', () => {
  const cause = new RangeError('by zero');
  const failing = pipeline('sums', (input: number) => input)
    .pipe({
      name: 'divide',
      run(): number {
        throw cause;
      },
    })
    .pipe((value) => value + 1);

  it('ends with an error that names the stage, keeps the cause and what had run', async () => {
    const error = await failureOf(failing.run(1));
    expect(error).toMatchObject({
      code: 'NOVA_ANALYTICS_STAGE_FAILED',
      kind: 'internal',
      cause,
      details: { pipeline: 'sums', stage: 'divide', index: 1 },
    });
    expect(error.message).toBe('Failed in stage 1 "divide" of pipeline "sums": by zero');
    expect(error.trace.map(({ name, ok }) => [name, ok])).toEqual([
      ['stage 0', true],
      ['divide', false],
    ]);
  });

  it('can run again', async () => {
    const flaky = pipeline('flaky', (input: number) => {
      if (input === 0) throw cause;
      return input;
    });
    await failureOf(flaky.run(0));
    expect((await flaky.run(3)).value).toBe(3);
  });

  it('has the kind of the cause, and may be tried again when that may', async () => {
    const unavailable = new NovaError('STORE', { kind: 'unavailable', message: 'down' });
    const error = await failureOf(
      pipeline('read', () => {
        throw unavailable;
      }).run(),
    );
    expect(error).toMatchObject({ kind: 'unavailable', retryable: true, cause: unavailable });
  });

  it('copes with a stage that throws no error', async () => {
    const error = await failureOf(
      pipeline('odd', () => {
        throw 'text'; // eslint-disable-line no-throw-literal, typescript/only-throw-error
      }).run(),
    );
    expect(error).toMatchObject({ kind: 'internal', cause: 'text' });
  });
});

describe('a run that is stopped', () => {
  it('settles within 100 ms of the abort, even when a stage pays no attention', async () => {
    const controller = new AbortController();
    const running = failureOf(
      pipeline('stuck', () => 1)
        .pipe(never)
        .run(undefined, { signal: controller.signal }),
    );
    setTimeout(() => controller.abort('enough'), 20);
    const error = await running;
    expect(error).toMatchObject({
      code: 'NOVA_ANALYTICS_ABORTED',
      kind: 'aborted',
      details: { pipeline: 'stuck', stage: 'never', index: 1 },
    });
    expect(error.trace.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it('does not begin when the signal has fired', async () => {
    let began = false;
    const error = await failureOf(
      pipeline('late', () => {
        began = true;
      }).run(undefined, { signal: AbortSignal.abort() }),
    );
    expect(error.kind).toBe('aborted');
    expect(began).toBe(false);
  });

  it('goes no further behind the back of its caller', async () => {
    const controller = new AbortController();
    const reached: string[] = [];
    let resolve = (): void => {};
    const promise = new Promise<void>((settle) => (resolve = settle));
    const running = failureOf(
      pipeline('slow', async () => {
        await promise;
        reached.push('first');
      })
        .pipe(() => void reached.push('second'))
        .run(undefined, { signal: controller.signal }),
    );
    controller.abort();
    await running;
    resolve();
    await new Promise((settled) => setTimeout(settled, 10));
    expect(reached).toEqual(['first']);
  });

  it('tells the stage by its signal', async () => {
    const controller = new AbortController();
    let told: unknown;
    const running = failureOf(
      pipeline('polite', (_: void, { signal }) => {
        signal.addEventListener('abort', () => (told = signal.aborted));
        return new Promise<never>(() => {});
      }).run(undefined, { signal: controller.signal }),
    );
    controller.abort();
    await running;
    expect(told).toBe(true);
  });

  it('runs out of time', async () => {
    const clock = new ManualClock();
    const running = failureOf(pipeline('stuck', never).run(undefined, { timeoutMs: 500, clock }));
    await clock.advance(500);
    expect(await running).toMatchObject({
      code: 'NOVA_ANALYTICS_TIMEOUT',
      kind: 'timeout',
      retryable: true,
      trace: [{ name: 'never', index: 0, durationMs: 500, ok: false }],
    });
  });

  it.each([-1, NaN])('refuses a timeout of %d', async (timeoutMs) => {
    expect(await failureOf(pipeline('x', () => 1).run(undefined, { timeoutMs }))).toMatchObject({
      code: 'NOVA_ANALYTICS_INVALID',
    });
  });
});
