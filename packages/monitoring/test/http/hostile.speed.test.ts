import { describe, expect, it } from 'vitest';
import { at, useHostileServer } from './hostile-server.ts';

const server = useHostileServer();

describe('queries of somebody who means no good', () => {
  it.each([
    ['an expression that other engines take years for', 'count({vm=~"(a+)+b|(vm-.*)+(a|aa)+c"})'],
    ['an expression with a huge repetition', 'count({vm=~"((a{1,100}){1,100}){1,10}"})'],
    ['many alternatives', `count({vm=~"${Array.from({ length: 20_000 }, (_, i) => `x${i}`).join('|')}"})`],
  ])('with %s are answered in time, or refused', async (_, query) => {
    const startedMs = performance.now();
    const [status] = await server.ask('query', { query, time: at });
    expect([200, 400, 422]).toContain(status);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
