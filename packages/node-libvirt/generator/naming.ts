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

function capitalise(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
