import { describe, expect, it } from 'vitest';
import { camelCase, kebabCase, procedureName, typeName } from '../../generator/naming.ts';

describe('names', () => {
  it('of fields are camel case', () => {
    expect(['hv_ver', 'callbackID', 'xmlCPUs', 'nr_virt_cpu'].map(camelCase)).toEqual([
      'hvVer',
      'callbackID',
      'xmlCPUs',
      'nrVirtCpu',
    ]);
  });

  it('of procedures are camel case, with the program before those that are not remote', () => {
    expect(procedureName('remote', 'DOMAIN_GET_XML_DESC')).toBe('domainGetXmlDesc');
    expect(procedureName('remote', 'DOMAIN_EVENT_BLOCK_JOB_2')).toBe('domainEventBlockJob2');
    expect(procedureName('qemu', 'DOMAIN_AGENT_COMMAND')).toBe('qemuDomainAgentCommand');
  });

  it('of types lose what says only where they come from', () => {
    expect(typeName('remote_domain_get_info_ret')).toBe('DomainGetInfoRet');
    expect(typeName('virNetMessageError')).toBe('MessageError');
    expect(typeName('qemu_domain_attach_args')).toBe('QemuDomainAttachArgs');
  });

  it('of values are words with hyphens', () => {
    expect(kebabCase('FROM_SNAPSHOT')).toBe('from-snapshot');
  });
});
