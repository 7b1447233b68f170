import { detectorFromJSON, holtWinters, robustZScore, seasonalNaive, seasonalResidual } from '@novacron/ml';
import { describeDetector } from '@novacron/ml/testing';

const options = { fromJSON: detectorFromJSON };

describeDetector('robustZScore', () => robustZScore(), options);
describeDetector('robustZScore with a window', () => robustZScore({ window: 60 }), options);
describeDetector('seasonalResidual', () => seasonalResidual({ seasonLength: 12 }), options);
describeDetector(
  'seasonalResidual of Holt-Winters',
  () => seasonalResidual({ forecaster: holtWinters({ seasonLength: 12 }) }),
  options,
);
describeDetector(
  'seasonalResidual of seasonal naive',
  () => seasonalResidual({ forecaster: seasonalNaive({ seasonLength: 12 }) }),
  options,
);
