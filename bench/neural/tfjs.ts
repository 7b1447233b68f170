import type { Architecture } from '../../packages/ml/src/neural/network.ts';

/** What both are given. */
interface Task {
  readonly windows: number;
  readonly inputLength: number;
  readonly hidden: number;
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
}

/** As much of tfjs as is used here; it is not a dependency. */
interface Tfjs {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor(values: Float32Array, shape: readonly number[]): unknown;
  sequential(): TfjsModel;
  readonly layers: Readonly<Record<'lstm' | 'gru' | 'dense', (options: object) => unknown>>;
}

interface TfjsModel {
  add(layer: unknown): void;
  compile(options: object): void;
  trainOnBatch(inputs: unknown, targets: unknown): Promise<unknown>;
}

/** Steps of learning by tfjs; none when it is not installed. */
export async function tfjsSteps(task: Task): Promise<Partial<Record<Architecture, () => Promise<void>>> | undefined> {
  const [core, backend]: string[] = ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'];
  let tf: Tfjs;
  try {
    tf = (await import(core as string)) as Tfjs;
    await import(backend as string);
  } catch {
    return undefined;
  }
  await tf.setBackend('wasm');
  await tf.ready();
  const { windows, inputLength, hidden } = task;
  const inputs = tf.tensor(task.inputs, [windows, inputLength, 1]);
  const targets = tf.tensor(task.targets, [windows, 1]);
  const stepOf = (name: 'lstm' | 'gru'): (() => Promise<void>) => {
    const model = tf.sequential();
    model.add(tf.layers[name]({ units: hidden, inputShape: [inputLength, 1] }));
    model.add(tf.layers.dense({ units: 1 }));
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    return async () => void (await model.trainOnBatch(inputs, targets));
  };
  return { lstm: stepOf('lstm'), gru: stepOf('gru') };
}
