/** What a peer reached on the same series. */
export interface PeerFigure {
  /** The peer and its version. */
  readonly peer: string;
  /** Overall weighted average against Naive2. */
  readonly owa: number;
  /** CPU milliseconds a series, fit and forecast, where measured. */
  readonly cpuMsPerSeries?: number;
  /** How many series, where it was a sample. */
  readonly series?: number;
}

/**
 * Measured on Debian 12 with the same scorer, every second series of each set: R 4.2.2 with forecast 8.20, npm arima
 * 0.2.8, @bsull/augurs 0.10.2. Competition entries are the authors' own submitted forecasts, scored the same way.
 */
const figures: Readonly<Record<string, readonly PeerFigure[]>> = {
  'm4-hourly': [
    { peer: '@bsull/augurs MSTL 24+168 + ETS', owa: 0.601, cpuMsPerSeries: 29.5 },
    { peer: 'R mstl 24+168 + ETS', owa: 0.607, cpuMsPerSeries: 64 },
    { peer: 'npm arima (0,1,1)(0,1,1)24', owa: 0.634, cpuMsPerSeries: 52 },
    { peer: 'seasonal naive', owa: 0.637 },
    { peer: 'R ets', owa: 0.711, cpuMsPerSeries: 3_180, series: 13 },
    { peer: '@bsull/augurs Prophet', owa: 0.804, cpuMsPerSeries: 155, series: 52 },
    { peer: 'R thetaf', owa: 1.004, cpuMsPerSeries: 7 },
  ],
  'm4-weekly': [
    { peer: 'R auto.arima', owa: 0.816, cpuMsPerSeries: 190, series: 23 },
    { peer: 'R ets', owa: 0.912, cpuMsPerSeries: 48 },
    { peer: '@bsull/augurs AutoETS', owa: 0.927, cpuMsPerSeries: 33 },
    { peer: 'npm arima (0,1,1)', owa: 0.977, cpuMsPerSeries: 0.8 },
  ],
  'm3-monthly': [
    { peer: 'R thetaf', owa: 0.835, cpuMsPerSeries: 3.5 },
    { peer: 'Theta (winner of the competition)', owa: 0.836 },
    { peer: 'R auto.arima', owa: 0.861, cpuMsPerSeries: 2_275, series: 26 },
    { peer: 'R ets', owa: 0.868, cpuMsPerSeries: 490, series: 357 },
    { peer: '@bsull/augurs MSTL', owa: 0.884, cpuMsPerSeries: 3.5 },
  ],
  'm3-quarterly': [
    { peer: 'Theta (winner of the competition)', owa: 0.891 },
    { peer: 'R auto.arima', owa: 0.897, cpuMsPerSeries: 150, series: 63 },
    { peer: 'R thetaf', owa: 0.908 },
    { peer: 'R ets', owa: 0.962, cpuMsPerSeries: 80 },
  ],
  'm3-yearly': [
    { peer: '@bsull/augurs AutoETS', owa: 0.857 },
    { peer: 'R ets', owa: 0.872, cpuMsPerSeries: 7 },
    { peer: 'R thetaf', owa: 0.908 },
    { peer: 'R auto.arima', owa: 0.935, cpuMsPerSeries: 38 },
  ],
  'm3-other': [
    { peer: 'R damped Holt', owa: 0.596 },
    { peer: '@bsull/augurs AutoETS', owa: 0.608 },
    { peer: 'R ets', owa: 0.615 },
    { peer: 'R auto.arima', owa: 0.619 },
  ],
  'tourism-monthly': [
    { peer: 'R stlf', owa: 0.815 },
    { peer: 'R thetaf', owa: 0.866 },
    { peer: 'seasonal naive', owa: 0.895 },
  ],
  'tourism-quarterly': [
    { peer: 'R thetaf', owa: 0.875 },
    { peer: 'R stlf', owa: 0.897 },
    { peer: 'seasonal naive', owa: 0.94 },
  ],
  'azure-hourly': [
    { peer: 'seasonal naive', owa: 0.48 },
    { peer: 'theta', owa: 0.666 },
    { peer: '@bsull/augurs Prophet', owa: 0.692, cpuMsPerSeries: 82 },
    { peer: 'npm arima (0,1,1)(0,1,1)24', owa: 0.868 },
  ],
};

/** The peers of a data set, the best first; none for a set that was not measured. */
export function peersOf(name: string): readonly PeerFigure[] {
  return figures[name] ?? [];
}
