import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A row of the guide's tables. */
export interface VirshRow {
  /** The commands of virsh that it is about. */
  readonly commands: readonly string[];
  /** The code that does the same: `domain.create({ paused: true })`. */
  readonly code: readonly string[];
}

const spans = (cell: string): string[] => Array.from(cell.matchAll(/`([^`]+)`/g), ([, code = '']) => code);

/** The rows of the tables `virsh | node-libvirt` in the guide, and the code in the one of what virsh names. */
export function virshTable(): readonly VirshRow[] {
  const guide = join(import.meta.dirname, '../../../../docs/guides/from-virsh.md');
  const rows = readFileSync(guide, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| virsh'));
  return rows.map((row) => {
    const [, first = '', second = ''] = row.split(' | ').length === 2 ? ['', ...row.split(' | ')] : ['', row, ''];
    const code = spans(second).filter(
      (span) => !span.startsWith('-') && !span.startsWith('<') && !span.startsWith('examples/'),
    );
    return { commands: spans(first), code };
  });
}
