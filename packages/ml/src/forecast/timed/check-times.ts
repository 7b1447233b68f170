import { invalid } from '../../error.ts';

/**
 * @param strict - Whether every time must be after the one before it.
 * @throws {MlError} NOVA_ML_INVALID when times are not as many as values, one is no epoch milliseconds, or one is not after
 * the one before it; `details.index` says where.
 */
export function checkTimes(times: ArrayLike<number>, count: number, strict: boolean): void {
  if (typeof times !== 'object' || times === null || times.length !== count) {
    throw invalid(`There must be ${count} times, one a value`, { option: 'times' });
  }
  for (let index = 0; index < count; index++) {
    const time = times[index] as number;
    if (!(typeof time === 'number' && Math.abs(time) <= 8.64e15)) {
      throw invalid(`Times must be epoch milliseconds, but times[${index}] is ${String(time)}`, { index });
    }
    if (!strict || index === 0 || time > (times[index - 1] as number)) continue;
    const what = time === times[index - 1] ? 'that of the value before' : 'before that of the value before';
    throw invalid(`Times must rise, but times[${index}] is ${what}`, { index, time });
  }
}
