/**
 * CPU time of this process in milliseconds: what a task costs, however busy the machine is. Where there is no process,
 * in a browser, the time that has passed.
 */
export function cpuMs(): number {
  if (typeof process === 'undefined' || typeof process.cpuUsage !== 'function') return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
