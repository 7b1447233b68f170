import { describe, expect, it } from 'vitest';
import { constants, type ErrorKind, errorKind, isRetryable } from '../../src/index.ts';

const numbers = Object.entries(constants)
  .filter(([name]) => name.startsWith('VIR_ERR_'))
  .map(([name, number]) => [name, number as number] as const);

describe('errorKind', () => {
  it.each<[number, ErrorKind]>([
    [constants.VIR_ERR_NO_DOMAIN, 'not-found'],
    [constants.VIR_ERR_NO_NETWORK, 'not-found'],
    [constants.VIR_ERR_NO_STORAGE_VOL, 'not-found'],
    [constants.VIR_ERR_NO_DOMAIN_SNAPSHOT, 'not-found'],
    [constants.VIR_ERR_DEVICE_MISSING, 'not-found'],
    [constants.VIR_ERR_DOM_EXIST, 'already-exists'],
    [constants.VIR_ERR_STORAGE_VOL_EXIST, 'already-exists'],
    [constants.VIR_ERR_OPERATION_INVALID, 'conflict'],
    [constants.VIR_ERR_MIGRATE_UNSAFE, 'conflict'],
    [constants.VIR_ERR_RESOURCE_BUSY, 'conflict'],
    [constants.VIR_ERR_OPERATION_DENIED, 'permission'],
    [constants.VIR_ERR_AUTH_UNAVAILABLE, 'permission'],
    [constants.VIR_ERR_AUTH_FAILED, 'permission'],
    [constants.VIR_ERR_INVALID_ARG, 'invalid'],
    [constants.VIR_ERR_XML_ERROR, 'invalid'],
    [constants.VIR_ERR_XML_DETAIL, 'invalid'],
    [constants.VIR_ERR_XML_INVALID_SCHEMA, 'invalid'],
    [constants.VIR_ERR_CONFIG_UNSUPPORTED, 'unsupported'],
    [constants.VIR_ERR_NO_SUPPORT, 'unsupported'],
    [constants.VIR_ERR_NO_MEMORY, 'capacity'],
    [constants.VIR_ERR_AGENT_UNRESPONSIVE, 'unavailable'],
    [constants.VIR_ERR_OPERATION_TIMEOUT, 'timeout'],
    [constants.VIR_ERR_OPERATION_ABORTED, 'aborted'],
    [constants.VIR_ERR_INTERNAL_ERROR, 'internal'],
    [4711, 'internal'],
  ])('of number %d is %s', (number, kind) => {
    expect(errorKind(number)).toBe(kind);
  });

  it.each<[number, ErrorKind]>([
    [2, 'not-found'],
    [13, 'permission'],
    [17, 'already-exists'],
    [28, 'capacity'],
    [122, 'quota'],
    [111, 'unavailable'],
    [0, 'internal'],
  ])('of a system error with errno %d is %s', (errno, kind) => {
    expect(errorKind(constants.VIR_ERR_SYSTEM_ERROR, errno)).toBe(kind);
  });

  it('of a failed operation is already-exists when a name or UUID is taken', () => {
    const failed = constants.VIR_ERR_OPERATION_FAILED;
    expect(errorKind(failed, 0, "operation failed: domain 'web' already exists with uuid 1b4e")).toBe('already-exists');
    expect(errorKind(failed, 0, 'domain is already defined with uuid 1b4e')).toBe('already-exists');
    expect(errorKind(failed, 0, 'operation failed: disk vda not found')).toBe('internal');
  });

  it('of a call that the daemon does not know is unsupported', () => {
    expect(errorKind(constants.VIR_ERR_RPC, 0, 'unknown procedure: 452')).toBe('unsupported');
    expect(errorKind(constants.VIR_ERR_RPC, 0, 'Unable to decode message payload')).toBe('internal');
  });

  it('is decided for every number that libvirt has: what is not in the table is a fault inside', () => {
    expect(numbers.length).toBeGreaterThan(100);
    const inside = numbers.filter(([, number]) => errorKind(number) === 'internal').map(([name]) => name);
    expect(inside.toSorted()).toMatchInlineSnapshot(`
      [
        "VIR_ERR_AGENT_COMMAND_FAILED",
        "VIR_ERR_BUILD_FIREWALL",
        "VIR_ERR_DRIVER_FULL",
        "VIR_ERR_GET_FAILED",
        "VIR_ERR_GNUTLS_ERROR",
        "VIR_ERR_HOOK_SCRIPT_FAILED",
        "VIR_ERR_HTTP_ERROR",
        "VIR_ERR_INTERNAL_ERROR",
        "VIR_ERR_MIGRATE_FINISH_OK",
        "VIR_ERR_MIGRATE_PERSIST_FAILED",
        "VIR_ERR_NONE",
        "VIR_ERR_NO_XEN",
        "VIR_ERR_NO_XENSTORE",
        "VIR_ERR_OK",
        "VIR_ERR_OPEN_FAILED",
        "VIR_ERR_OPERATION_FAILED",
        "VIR_ERR_POST_FAILED",
        "VIR_ERR_READ_FAILED",
        "VIR_ERR_RPC",
        "VIR_ERR_SEXPR_SERIAL",
        "VIR_ERR_STORAGE_PROBE_FAILED",
        "VIR_ERR_SYSTEM_ERROR",
        "VIR_ERR_WARNING",
        "VIR_ERR_WRITE_FAILED",
        "VIR_ERR_XEN_CALL",
      ]
    `);
  });
});

describe('isRetryable', () => {
  it('holds for what may pass by itself', () => {
    expect(['unavailable', 'timeout', 'throttled'].every((kind) => isRetryable(kind as ErrorKind))).toBe(true);
    expect(
      ['not-found', 'invalid', 'aborted', 'internal', 'capacity'].some((kind) => isRetryable(kind as ErrorKind)),
    ).toBe(false);
    expect(isRetryable('conflict', constants.VIR_ERR_RESOURCE_BUSY)).toBe(true);
    expect(isRetryable('conflict', constants.VIR_ERR_OPERATION_INVALID)).toBe(false);
  });
});
