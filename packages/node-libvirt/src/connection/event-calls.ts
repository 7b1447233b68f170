import {
  domainEventFamily,
  type DomainEventOptions,
  domainEventSources,
  type DomainEventStream,
} from '../event/domain-events.ts';
import type { EventHub } from '../event/event-hub.ts';
import {
  networkEventFamily,
  type NetworkEventOptions,
  networkEventSources,
  type NetworkEventStream,
} from '../event/network-events.ts';
import {
  nodeDeviceEventFamily,
  type NodeDeviceEventOptions,
  nodeDeviceEventSources,
  type NodeDeviceEventStream,
} from '../event/node-device-events.ts';
import {
  qemuMonitorEventFamily,
  type QemuMonitorEventOptions,
  qemuMonitorEventSource,
  type QemuMonitorEventStream,
} from '../event/qemu-monitor-events.ts';
import {
  secretEventFamily,
  type SecretEventOptions,
  secretEventSources,
  type SecretEventStream,
} from '../event/secret-events.ts';
import {
  storagePoolEventFamily,
  type StoragePoolEventOptions,
  storagePoolEventSources,
  type StoragePoolEventStream,
} from '../event/storage-pool-events.ts';
import { SecurityCalls } from './security-calls.ts';

/** The calls of a connection that are about events. */
export abstract class EventCalls extends SecurityCalls {
  /** The connection's events. @throws {LibvirtError} LIBVIRT_CONNECTION_CLOSED. */
  protected abstract eventHub(name: string): EventHub;

  /**
   * The events of domains as they come.
   *
   * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown kind of event or a queue size below 1,
   * LIBVIRT_CONNECTION_CLOSED.
   *
   * @example
   * ```ts no-run
   * import { connect } from 'node-libvirt';
   *
   * const connection = await connect('qemu:///system');
   * for await (const event of connection.domainEvents()) {
   *   if (event.type === 'lifecycle') console.log(event.domain.name, event.event, event.detail);
   * }
   * ```
   */
  domainEvents(options: DomainEventOptions = {}): DomainEventStream {
    const uuid = options.domain?.uuid.toLowerCase();
    return this.eventHub('domainEvents').subscribe(
      { ...domainEventFamily(this.raw), acceptsRefusals: options.types === 'all' },
      domainEventSources(this.raw, options.types),
      options,
      (event) => uuid === undefined || event.domain.uuid === uuid,
    );
  }

  /**
   * The events of networks as they come.
   *
   * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown kind of event or a queue size below 1,
   * LIBVIRT_CONNECTION_CLOSED.
   */
  networkEvents(options: NetworkEventOptions = {}): NetworkEventStream {
    const uuid = options.network?.uuid.toLowerCase();
    return this.eventHub('networkEvents').subscribe(
      networkEventFamily(this.raw),
      networkEventSources(this.raw, options.types),
      options,
      (event) => uuid === undefined || event.network.uuid === uuid,
    );
  }

  /**
   * The events of storage pools as they come.
   *
   * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown kind of event or a queue size below 1,
   * LIBVIRT_CONNECTION_CLOSED.
   */
  storagePoolEvents(options: StoragePoolEventOptions = {}): StoragePoolEventStream {
    const uuid = options.pool?.uuid.toLowerCase();
    return this.eventHub('storagePoolEvents').subscribe(
      storagePoolEventFamily(this.raw),
      storagePoolEventSources(this.raw, options.types),
      options,
      (event) => uuid === undefined || event.pool.uuid === uuid,
    );
  }

  /**
   * The events of node devices as they come.
   *
   * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown kind of event or a queue size below 1,
   * LIBVIRT_CONNECTION_CLOSED.
   */
  nodeDeviceEvents(options: NodeDeviceEventOptions = {}): NodeDeviceEventStream {
    const name = options.device?.name;
    return this.eventHub('nodeDeviceEvents').subscribe(
      nodeDeviceEventFamily(this.raw),
      nodeDeviceEventSources(this.raw, options.types),
      options,
      (event) => name === undefined || event.device.name === name,
    );
  }

  /**
   * The events of secrets as they come.
   *
   * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown kind of event or a queue size below 1,
   * LIBVIRT_CONNECTION_CLOSED.
   */
  secretEvents(options: SecretEventOptions = {}): SecretEventStream {
    const uuid = options.secret?.uuid.toLowerCase();
    return this.eventHub('secretEvents').subscribe(
      secretEventFamily(this.raw),
      secretEventSources(this.raw, options.types),
      options,
      (event) => uuid === undefined || event.secret.uuid === uuid,
    );
  }

  /**
   * What QEMU itself tells on its monitor, as it comes; libvirt promises nothing about it (`virConnectDomainQemuMonitorEventRegister`).
   *
   * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for a queue size below 1, LIBVIRT_CONNECTION_CLOSED.
   */
  qemuMonitorEvents(options: QemuMonitorEventOptions = {}): QemuMonitorEventStream {
    const uuid = options.domain?.uuid.toLowerCase();
    return this.eventHub('qemuMonitorEvents').subscribe(
      qemuMonitorEventFamily(this.raw),
      [qemuMonitorEventSource(this.raw, options)],
      options,
      (event) => uuid === undefined || event.domain.uuid === uuid,
    );
  }
}
