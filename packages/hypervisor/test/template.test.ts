import { defineTemplate, HypervisorError } from '@novacron/hypervisor';
import { describe, expect, it } from 'vitest';

const web = defineTemplate({
  name: 'web',
  version: '1.0.0',
  parameters: {
    number: { type: 'number', minimum: 1, maximum: 99 },
    cpus: { type: 'number', default: 2 },
    zone: { type: 'string', choices: ['a', 'b'], default: 'a' },
    serial: { type: 'boolean', default: true },
  },
  spec: {
    name: 'web-{{zone}}-{{ number }}',
    vcpus: '{{cpus}}',
    serial: '{{serial}}',
    tags: { zone: '{{zone}}', role: 'web' },
    disks: [{ source: '/images/{{number}}.qcow2' }],
  },
});

const problemsOf = (fill: () => unknown): unknown => {
  try {
    return fill();
  } catch (error) {
    return HypervisorError.isInstance(error) ? error.details['problems'] : error;
  }
};

describe('defineTemplate', () => {
  it('fills holes in texts, and keeps the type of a value that fills a whole text', () => {
    expect(web.instantiate({ number: 7, zone: 'b', serial: false })).toEqual({
      name: 'web-b-7',
      vcpus: 2,
      serial: false,
      tags: { zone: 'b', role: 'web' },
      disks: [{ source: '/images/7.qcow2' }],
    });
  });

  it('fills in what a value says and no holes in it', () => {
    const echo = defineTemplate({
      name: 'echo',
      version: '1',
      parameters: { text: { type: 'string' } },
      spec: { name: 'a', description: 'x {{text}} $& {{text}}' },
    });
    expect(echo.instantiate({ text: "{{text}} $1 </domain>'" }).description).toBe(
      "x {{text}} $1 </domain>' $& {{text}} $1 </domain>'",
    );
  });

  it('names all arguments that are missing, wrong or unknown at once', () => {
    expect(problemsOf(() => web.instantiate({ zone: 'c', cpus: '4', size: 'big' } as never))).toEqual([
      { path: 'size', message: 'is no parameter', fix: expect.stringContaining('number, cpus') },
      { path: 'number', message: 'must be given' },
      { path: 'cpus', message: 'must be a number' },
      { path: 'zone', message: 'must be a or b' },
    ]);
    expect(problemsOf(() => web.instantiate({ number: 100 }))).toEqual([
      { path: 'number', message: 'must be at most 99' },
    ]);
    expect(problemsOf(() => web.instantiate({ number: 0 }))).toEqual([
      { path: 'number', message: 'must be at least 1' },
    ]);
    expect(problemsOf(() => web.instantiate({ number: Number.NaN }))).toEqual([
      { path: 'number', message: 'must be a number' },
    ]);
  });

  it('refuses arguments that make a wrong specification', () => {
    expect(problemsOf(() => web.instantiate({ number: 1, cpus: 0 }))).toEqual([
      expect.objectContaining({ path: 'vcpus' }),
    ]);
  });

  it('refuses a hole that no parameter fills when it is defined, not when it is used', () => {
    expect(() =>
      defineTemplate({ name: 't', version: '1', parameters: {}, spec: { name: 'a-{{b}}', tags: { x: '{{c}}' } } }),
    ).toThrow(/has no parameter b, c/);
  });

  it('inherits: parameters and objects field by field, lists as a whole', () => {
    const big = web.extend({
      name: 'web-big',
      version: '2.0.0',
      parameters: { cpus: { type: 'number', default: 16 }, tier: { type: 'string' } },
      spec: { tags: { tier: '{{tier}}' }, disks: [] },
    });
    expect(big).toMatchObject({ name: 'web-big', version: '2.0.0' });
    expect(big.instantiate({ number: 1, tier: 'gold' })).toEqual({
      name: 'web-a-1',
      vcpus: 16,
      serial: true,
      tags: { zone: 'a', role: 'web', tier: 'gold' },
      disks: [],
    });
    expect(web.instantiate({ number: 1 }).vcpus).toBe(2);
  });

  it('leaves bytes to upload as they are', () => {
    const upload = [new Uint8Array([1])];
    const image = defineTemplate({
      name: 'i',
      version: '1',
      parameters: {},
      spec: { name: 'a', disks: [{ create: { pool: 'p', sizeBytes: 1, upload } }] },
    });
    expect(image.instantiate({}).disks?.[0]?.create?.upload).toEqual(upload);
  });

  it('never makes markup or steps of a path of what is given for a patch', () => {
    const folder = defineTemplate({
      name: 'folder',
      version: '1',
      parameters: {
        path: { type: 'string' },
        device: { type: 'string', default: 'vda' },
        part: { type: 'string', default: 'driver' },
      },
      spec: {
        name: 'a',
        xmlPatches: [
          { action: 'append', select: '/domain/devices', xml: '<x a="{{path}}"><b>{{path}}</b></x>' },
          { action: 'append', select: '/domain', xml: '{{path}}' },
          { action: 'set-text', select: "/domain/devices/disk[target/@dev='{{device}}']/{{part}}", text: '{{path}}' },
        ],
      },
    });
    const path = `/srv"/><readonly/><driver type="path&'`;
    const escaped = '/srv&quot;/&gt;&lt;readonly/&gt;&lt;driver type=&quot;path&amp;&apos;';
    expect(folder.instantiate({ path }).xmlPatches).toEqual([
      { action: 'append', select: '/domain/devices', xml: `<x a="${escaped}"><b>${escaped}</b></x>` },
      { action: 'append', select: '/domain', xml: escaped },
      { action: 'set-text', select: "/domain/devices/disk[target/@dev='vda']/driver", text: path },
    ]);
    expect(folder.instantiate({ path, device: '/dev/sd a=1', part: 'x:io-tune' }).xmlPatches?.[2]?.select).toBe(
      "/domain/devices/disk[target/@dev='/dev/sd a=1']/x:io-tune",
    );
    for (const device of ["a'][2", 'a"', 'a]', 'a['])
      expect(problemsOf(() => folder.instantiate({ path, device }))).toEqual([
        { path: 'device', message: expect.stringContaining('no quotes and brackets') },
      ]);
    for (const part of ['a/b', "a[@b='c']", '', '*'])
      expect(problemsOf(() => folder.instantiate({ path, part }))).toEqual([
        { path: 'part', message: expect.stringContaining('it stands in the path of a patch') },
      ]);
  });
});
