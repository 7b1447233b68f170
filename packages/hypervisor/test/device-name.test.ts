import { describe, expect, it } from 'vitest';
import { deviceName } from '../src/device-name.ts';

describe('deviceName', () => {
  it.each([
    [0, 'vda'],
    [25, 'vdz'],
    [26, 'vdaa'],
    [27, 'vdab'],
    [701, 'vdzz'],
    [702, 'vdaaa'],
  ])('%i is %s', (index, name) => {
    expect(deviceName('vd', index)).toBe(name);
  });
});
