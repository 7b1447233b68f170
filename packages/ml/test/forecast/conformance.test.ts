import { fittedFromJSON } from '@novacron/ml';
import { describeForecaster } from '@novacron/ml/testing';
import { forecasters } from './forecasters.ts';

for (const [name, make, seasonLength] of forecasters) {
  describeForecaster(name, make, { fromJSON: fittedFromJSON, seasonLength });
}
