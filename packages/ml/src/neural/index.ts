/**
 * Networks that learn from many series: LSTM, GRU and a transformer, with kernels of their own.
 *
 * @module
 */
export type { Architecture, NetworkShape } from './network.ts';
export { NeuralFitted } from './neural-fitted.ts';
export { neuralFromJSON } from './neural-from-json.ts';
export { NeuralNetwork } from './neural-network.ts';
export type { NeuralProgress } from './train-network.ts';
export { trainNeuralNetwork, type NeuralOptions } from './train-neural-network.ts';
export { FittedOnnx } from './onnx-fitted.ts';
export { onnxForecaster, type OnnxForecaster } from './onnx-forecaster.ts';
export type { OnnxForecasterOptions, OnnxSession } from './onnx-model.ts';
