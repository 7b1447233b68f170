import { describe } from 'vitest';
import { type Domain, procedures as p } from '../../src/index.ts';
import { dom, fakeDomain, parameter } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();

describe('the memory of a domain on disk', () => {
  itAsks<Domain>(wire, () => fakeDomain(wire), [
    ['is saved to a file', (d) => d.save('/f'), p.domainSaveFlags, { dom, to: '/f', dxml: undefined, flags: 0 }],
    [
      'is saved to a file with other XML',
      (d) => d.save('/f', { dxml: '<domain/>', bypassCache: true, paused: true }),
      p.domainSaveFlags,
      { dom, to: '/f', dxml: '<domain/>', flags: 5 },
    ],
    [
      'is saved in a format of its own, by the call that knows formats',
      (d) => d.save('/f', { imageFormat: 'zstd', running: true }),
      p.domainSaveParams,
      { dom, params: [parameter('file', '/f'), parameter('image_format', 'zstd')], flags: 2 },
    ],
    [
      'is saved by several channels at once',
      (d) => d.save('/f', { imageFormat: 'sparse', parallelChannels: 4, dxml: '<d/>' }),
      p.domainSaveParams,
      {
        dom,
        params: [
          parameter('file', '/f'),
          parameter('dxml', '<d/>'),
          parameter('image_format', 'sparse'),
          parameter('parallel.channels', 4),
        ],
        flags: 0,
      },
    ],
    [
      'is saved where libvirt keeps it',
      (d) => d.managedSave({ running: true }),
      p.domainManagedSave,
      { dom, flags: 2 },
    ],
    ['is there', (d) => d.hasManagedSaveImage(), p.domainHasManagedSaveImage, { dom, flags: 0 }, { result: 1 }, true],
    ['is thrown away', (d) => d.managedSaveRemove(), p.domainManagedSaveRemove, { dom, flags: 0 }],
    [
      'has XML',
      (d) => d.managedSaveGetXMLDesc({ secure: true }),
      p.domainManagedSaveGetXmlDesc,
      { dom, flags: 1 },
      { xml: '<domain/>' },
      '<domain/>',
    ],
    [
      'gets other XML',
      (d) => d.managedSaveDefineXML('<domain/>', { paused: true }),
      p.domainManagedSaveDefineXml,
      { dom, dxml: '<domain/>', flags: 4 },
    ],
    [
      'is dumped',
      (d) => d.coreDump('/core', { live: true, reset: true }),
      p.domainCoreDump,
      { dom, to: '/core', flags: 10 },
    ],
    [
      'is dumped in a format',
      (d) => d.coreDump('/core', { format: 'kdump-zlib', memoryOnly: true, crash: true, bypassCache: true }),
      p.domainCoreDumpWithFormat,
      { dom, to: '/core', dumpformat: 1, flags: 21 },
    ],
  ]);
});
