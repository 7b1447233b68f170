import { randomUUID } from 'node:crypto';
import { procedures, type protocol } from 'node-libvirt';
import { Failure, type FakeDaemon } from 'node-libvirt/testing';
import { formatStorageVolumeXML, parseStoragePoolXML, parseStorageVolumeXML } from 'node-libvirt/xml';

interface FakeVolume {
  readonly reference: protocol.NonnullStorageVol;
  readonly format: string;
  readonly backing: string | undefined;
  readonly secret: string | undefined;
  capacity: number;
  content: Buffer;
}

interface FakePool {
  readonly reference: protocol.NonnullStoragePool;
  readonly xml: string;
  readonly path: string;
  readonly volumes: Map<string, FakeVolume>;
  active: boolean;
  autostart: number;
}

const noPool = (name: string): Failure =>
  new Failure({
    code: 49,
    domain: 18,
    message: `Storage pool not found: no storage pool with matching name '${name}'`,
  });
const noVolume = (name: string): Failure =>
  new Failure({
    code: 50,
    domain: 18,
    message: `Storage volume not found: no storage vol with matching name '${name}'`,
  });

/** Lets a fake daemon have pools and volumes, as libvirt's storage driver has them. It begins with a pool `default`. */
export function answerStorage(daemon: FakeDaemon): void {
  const pools = new Map<string, FakePool>();
  const define = (xml: string): protocol.NonnullStoragePool => {
    const { name = '', uuid = randomUUID(), target } = parseStoragePoolXML(xml);
    const reference = { name, uuid };
    pools.set(name, { reference, xml, path: target?.path ?? '', volumes: new Map(), active: false, autostart: 0 });
    return reference;
  };
  define("<pool type='dir'><name>default</name><target><path>/images</path></target></pool>");
  for (const pool of pools.values()) pool.active = true;
  const withPool = <Ret>(
    { name }: { readonly name: string },
    answer: (pool: FakePool) => Ret | Failure,
  ): Ret | Failure => {
    const pool = pools.get(name);
    return pool === undefined ? noPool(name) : answer(pool);
  };
  const withVolume = <Ret>(
    vol: protocol.NonnullStorageVol,
    answer: (volume: FakeVolume, pool: FakePool) => Ret | Failure,
  ): Ret | Failure =>
    withPool({ name: vol.pool }, (pool) => {
      const volume = pool.volumes.get(vol.name);
      return volume === undefined ? noVolume(vol.name) : answer(volume, pool);
    });
  const create = (pool: FakePool, xml: string, content: Buffer): protocol.StorageVolCreateXmlRet | Failure => {
    const { name, capacity, target, backingStore } = parseStorageVolumeXML(xml);
    if (pool.volumes.has(name)) {
      const message = `storage volume '${name}' exists already`;
      return new Failure({ code: 90, domain: 18, message });
    }
    const reference = { pool: pool.reference.name, name, key: `${pool.path}/${name}` };
    pool.volumes.set(name, {
      reference,
      format: target.format?.type ?? 'raw',
      backing: backingStore?.path,
      secret: target.encryption?.secret?.[0]?.uuid,
      capacity: Math.max(capacity?.value ?? 0, content.length),
      content,
    });
    return { vol: reference };
  };

  daemon.on(procedures.connectListAllStoragePools, () => ({
    pools: Array.from(pools.values(), ({ reference }) => reference),
    ret: pools.size,
  }));
  daemon.on(procedures.storagePoolLookupByName, ({ args }) => withPool(args, ({ reference }) => ({ pool: reference })));
  daemon.on(procedures.storagePoolLookupByUuid, ({ args }) => {
    const found = [...pools.values()].find(({ reference }) => reference.uuid === args.uuid);
    return found === undefined ? noPool(args.uuid) : { pool: found.reference };
  });
  daemon.on(procedures.storagePoolLookupByTargetPath, ({ args }) => {
    const found = [...pools.values()].find(({ path }) => path === args.path);
    return found === undefined ? noPool(args.path) : { pool: found.reference };
  });
  daemon.on(procedures.storagePoolDefineXml, ({ args }) => ({ pool: define(args.xml) }));
  daemon.on(procedures.storagePoolGetXmlDesc, ({ args }) => withPool(args.pool, ({ xml }) => ({ xml })));
  daemon.on(procedures.storagePoolGetInfo, ({ args }) =>
    withPool(args.pool, ({ active }) => ({ state: active ? 2 : 0, capacity: 1e9, allocation: 4e8, available: 6e8 })),
  );
  daemon.on(procedures.storagePoolIsActive, ({ args }) =>
    withPool(args.pool, ({ active }) => ({ active: active ? 1 : 0 })),
  );
  daemon.on(procedures.storagePoolIsPersistent, ({ args }) => withPool(args.pool, () => ({ persistent: 1 })));
  daemon.on(procedures.storagePoolGetAutostart, ({ args }) => withPool(args.pool, ({ autostart }) => ({ autostart })));
  daemon.on(procedures.storagePoolSetAutostart, ({ args }) =>
    withPool(args.pool, (pool) => void (pool.autostart = args.autostart)),
  );
  for (const name of ['storagePoolBuild', 'storagePoolRefresh', 'storagePoolDelete'] as const)
    daemon.on(procedures[name], ({ args }) => withPool(args.pool, () => undefined));
  daemon.on(procedures.storagePoolCreate, ({ args }) =>
    withPool(args.pool, (pool) => {
      if (pool.path.includes('/nowhere'))
        return new Failure({ code: 38, domain: 18, int1: 2, message: 'No such file' });
      pool.active = true;
      return undefined;
    }),
  );
  daemon.on(procedures.storagePoolDestroy, ({ args }) => withPool(args.pool, (pool) => void (pool.active = false)));
  daemon.on(procedures.storagePoolUndefine, ({ args }) => void pools.delete(args.pool.name));
  daemon.on(procedures.storagePoolListAllVolumes, ({ args }) =>
    withPool(args.pool, ({ volumes }) => ({
      vols: Array.from(volumes.values(), ({ reference }) => reference),
      ret: volumes.size,
    })),
  );
  daemon.on(procedures.storageVolLookupByName, ({ args }) =>
    withVolume({ pool: args.pool.name, name: args.name, key: '' }, ({ reference }) => ({ vol: reference })),
  );
  daemon.on(procedures.storageVolLookupByPath, ({ args }) => {
    const all = [...pools.values()].flatMap(({ volumes }) => [...volumes.values()]);
    const found = all.find(({ reference }) => reference.key === args.path);
    return found === undefined ? noVolume(args.path) : { vol: found.reference };
  });
  daemon.on(procedures.storageVolCreateXml, ({ args }) =>
    withPool(args.pool, (pool) => create(pool, args.xml, Buffer.alloc(0))),
  );
  daemon.on(procedures.storageVolCreateXmlFrom, ({ args }) =>
    withPool(args.pool, (pool) => withVolume(args.clonevol, ({ content }) => create(pool, args.xml, content))),
  );
  daemon.on(procedures.storageVolGetInfo, ({ args }) =>
    withVolume(args.vol, ({ capacity, content }) => ({ type: 0, capacity, allocation: content.length })),
  );
  daemon.on(procedures.storageVolGetPath, ({ args }) =>
    withVolume(args.vol, ({ reference }) => ({ name: reference.key })),
  );
  daemon.on(procedures.storageVolGetXmlDesc, ({ args }) =>
    withVolume(args.vol, ({ reference, capacity, format, backing, secret }) => ({
      xml: formatStorageVolumeXML({
        name: reference.name,
        capacity: { unit: 'bytes', value: capacity },
        target: {
          path: reference.key,
          format: { type: format as 'raw' },
          encryption:
            secret === undefined ? undefined : { format: 'luks', secret: [{ type: 'passphrase', uuid: secret }] },
        },
        backingStore: backing === undefined ? undefined : { path: backing },
      }),
    })),
  );
  daemon.on(procedures.storageVolResize, ({ args }) =>
    withVolume(args.vol, (volume) => void (volume.capacity = args.capacity)),
  );
  daemon.on(procedures.storageVolWipe, ({ args }) => withVolume(args.vol, ({ content }) => void content.fill(0)));
  daemon.on(procedures.storageVolDelete, ({ args }) =>
    withVolume(args.vol, ({ reference }, { volumes }) => void volumes.delete(reference.name)),
  );
  daemon.onStream(procedures.storageVolUpload, ({ args, stream }) =>
    withVolume(args.vol, (volume) => {
      void stream.ended.then((ending) => {
        if (ending === 'finished') volume.content = stream.content;
      });
      return undefined;
    }),
  );
  daemon.onStream(procedures.storageVolDownload, ({ args, stream }) =>
    withVolume(args.vol, ({ content }) => {
      if (content.length > 0) stream.send(content);
      stream.end();
      return undefined;
    }),
  );
}
