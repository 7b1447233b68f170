/** `hv_ver` → `hvVer`; names without an underscore stay as they are (`callbackID`). */
export function camelCase(name: string): string {
  return name.replaceAll(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `DOMAIN_GET_XML_DESC` → `domainGetXmlDesc`. */
export function procedureName(program: string, constant: string): string {
  const name = camelCase(constant.toLowerCase());
  return program === 'remote' ? name : program + capitalise(name);
}

/** `remote_domain_get_info_ret` → `DomainGetInfoRet`, `virNetMessageError` → `MessageError`. */
export function typeName(name: string): string {
  return capitalise(camelCase(name.replace(/^(?:remote_|virNet)/, '')));
}

/** `VIR_DOMAIN_PMSUSPENDED` without its prefix → `pmsuspended`; underscores become hyphens. */
export function kebabCase(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** Who calls a function of the protocol: a client, or a daemon alone. What both call belongs to the client. */
export type Side = 'client' | 'server';

/** Who writes a struct: a daemon alone writes answers and messages. */
export function encodingSide(struct: string): Side {
  return /_(?:ret|msg)$/.test(struct) ? 'server' : 'client';
}

/** Who reads a struct: a daemon alone reads arguments. */
export function decodingSide(struct: string): Side {
  return struct.endsWith('_args') ? 'server' : 'client';
}

function capitalise(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
