/**
 * The 64-bit fields that are plain numbers in TypeScript, because what they mean stays below 2^53: sizes and offsets in
 * bytes or KiB (below 8 PiB), flags, versions, bandwidths, durations in ms or s, process ids, page counts.
 *
 * Every other 64-bit field is a `bigint`: counters that grow for as long as a machine runs (nanoseconds of CPU time
 * pass 2^53 after 104 CPU days, bytes and requests of disks and networks) and the values of typed parameters.
 * A `number` field that exceeds 2^53 all the same is decoded to the nearest representable number.
 */
export const safeIntegers: ReadonlySet<string> = new Set([
  'actual',
  'allocation',
  'available',
  'bandwidth',
  'cacheSize',
  'capacity',
  'cells',
  'counts',
  'cur',
  'dataProcessed',
  'dataRemaining',
  'dataTotal',
  'downtime',
  'duration',
  'end',
  'excess',
  'expirytime',
  'fileProcessed',
  'fileRemaining',
  'fileTotal',
  'flags',
  'freeMem',
  'hv_ver',
  'length',
  'lib_ver',
  'maxMem',
  'memProcessed',
  'memRemaining',
  'memTotal',
  'memory',
  'minimum',
  'offset',
  'pageCounts',
  'physical',
  'pid_value',
  'resource',
  'seconds',
  'size',
  'stateTime',
  'threshold',
  'timeElapsed',
  'timeRemaining',
]);
