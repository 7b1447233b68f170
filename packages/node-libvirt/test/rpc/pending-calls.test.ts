import { describe, expect, it } from 'vitest';
import { clientError } from '../../src/error/libvirt-error.ts';
import { procedures } from '../../src/index.ts';
import { type PendingCall, PendingCalls } from '../../src/rpc/pending-calls.ts';
import type { Procedure } from '../../src/rpc/procedure.ts';

function call(overrides: Partial<PendingCall> = {}): PendingCall {
  return {
    procedure: procedures.connectGetHostname as Procedure,
    slow: false,
    sentAtMs: 0,
    resolve: () => {},
    reject: () => {},
    release: () => {},
    abandoned: false,
    ...overrides,
  };
}

describe('PendingCalls', () => {
  it('numbers calls from 1 and goes round before 2^32, past serials that still wait', () => {
    const pending = new PendingCalls(0xffff_fffd);
    pending.add(1, call());
    pending.add(2, call());
    expect(Array.from({ length: 4 }, () => pending.nextSerial())).toEqual([0xffff_fffe, 0xffff_ffff, 3, 4]);
    expect(new PendingCalls().nextSerial()).toBe(1);
  });

  it('counts the places that are taken for long: slow calls, and others that wait since before a moment', () => {
    const pending = new PendingCalls();
    pending.add(1, call({ sentAtMs: 10 }));
    pending.add(2, call({ sentAtMs: 20, slow: true }));
    pending.add(3, call({ sentAtMs: 30 }));
    pending.add(4, call({ sentAtMs: 40 }));
    expect(pending.occupied(5)).toBe(1);
    expect(pending.occupied(10)).toBe(2);
    expect(pending.occupied(35)).toBe(3);
    pending.delete(2);
    expect(pending.occupied(35)).toBe(2);
    expect(pending.size).toBe(3);
  });

  it('counts to five and no further, however many wait', () => {
    const pending = new PendingCalls();
    for (let serial = 1; serial <= 1000; serial++) pending.add(serial, call());
    expect(pending.occupied(0)).toBe(5);
  });

  it('fails every call that somebody waits for, once', () => {
    const pending = new PendingCalls();
    const failed: string[] = [];
    const released: string[] = [];
    const named = (name: string, abandoned = false): PendingCall =>
      call({ abandoned, reject: () => failed.push(name), release: () => released.push(name) });
    pending.add(1, named('a'));
    pending.add(2, named('b', true));
    pending.add(3, named('c'));
    const fail = (): void => pending.failAll(() => clientError('LIBVIRT_CONNECTION_LOST', 'unavailable', 'gone'));
    fail();
    fail();
    expect(failed).toEqual(['a', 'c']);
    expect(released).toEqual(['a', 'c']);
    expect(pending.size).toBe(0);
  });
});
