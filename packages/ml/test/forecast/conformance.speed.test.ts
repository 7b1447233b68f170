import { describeForecasterSpeed } from '@novacron/ml/testing';
import { forecasters } from './forecasters.ts';

for (const [name, make, seasonLength] of forecasters) {
  describeForecasterSpeed(name, make, { seasonLength });
}
