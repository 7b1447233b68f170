import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, LibvirtError, procedures } from '../../src/index.ts';
import { AbortableJob } from '../../src/domain/abortable-job.ts';
import { FakeDaemon } from '../../src/testing/fake-daemon.ts';
import { caught, deferred } from '../support/caught.ts';
import { dom } from '../support/fake-domain.ts';

let daemon: FakeDaemon;
let connection: Connection;
let controller: AbortController;
let job: AbortableJob;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  connection = await daemon.connect();
  controller = new AbortController();
  job = new AbortableJob(connection.raw, dom, 'migrate', { signal: controller.signal });
});
afterEach(async () => {
  job.end();
  await connection.close();
  await daemon.stop();
});

const failed = (outcomeUnknown: boolean): LibvirtError =>
  new LibvirtError({ code: 'LIBVIRT_CONNECTION_LOST', kind: 'unavailable', message: 'lost', outcomeUnknown });

describe('AbortableJob', () => {
  it('that was stopped between two steps knows that the domain stayed', async () => {
    controller.abort(new Error('enough'));
    const stop = await caught(() => job.check());
    const error = job.explain(stop);
    expect(error).toMatchObject({ code: 'LIBVIRT_ABORTED', outcomeUnknown: false, cause: { message: 'enough' } });
    expect((error as Error).message).toContain('the domain stays where it was');
  });

  it('that was stopped takes no further step', async () => {
    controller.abort();
    let taken = false;
    const step = job.during(async () => {
      taken = true;
    });
    expect(await caught(step)).toMatchObject({ code: 'LIBVIRT_ABORTED' });
    expect(taken).toBe(false);
  });

  it('aborts what is under way, and says that this is why it failed', async () => {
    const aborted = deferred<void>();
    daemon.on(procedures.domainAbortJob, () => aborted.resolve());
    const step = job.during(async () => {
      await aborted.promise;
      throw failed(false);
    });
    controller.abort();
    const error = job.explain(await caught(step));
    expect(error).toMatchObject({ code: 'LIBVIRT_ABORTED', outcomeUnknown: false, cause: { message: 'lost' } });
  });

  it('does not hide that the outcome of a step is not known', () => {
    controller.abort();
    const lost = failed(true);
    expect(job.explain(lost)).toBe(lost);
  });

  it('passes on what has nothing to do with a stop', () => {
    const refused = failed(false);
    expect(job.explain(refused)).toBe(refused);
    controller.abort();
    const bug = new TypeError('a bug');
    expect(job.explain(bug)).toBe(bug);
  });
});
