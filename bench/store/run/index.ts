import { measureMillion } from '../million.ts';
import { measure } from '../measure.ts';

/** One measurement in this process: `store` or `rows` with so many series and rounds, or `million`; prints its figures. */
const [engine = 'store', series, rounds] = process.argv.slice(2);
const measured = engine === 'million' ? measureMillion() : measure(engine as 'store', Number(series), Number(rounds));
console.log(JSON.stringify(await measured));
