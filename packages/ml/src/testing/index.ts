/**
 * Conformance suites for forecasters and detectors, ours and yours. They need vitest.
 *
 * @module
 */
export { describeDetector, type DescribeDetectorOptions } from './describe-detector.ts';
export { describeForecaster, type DescribeForecasterOptions } from './describe-forecaster.ts';
export { describeForecasterSpeed } from './describe-forecaster-speed.ts';
