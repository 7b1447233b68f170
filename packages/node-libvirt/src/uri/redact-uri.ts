/** A URI in a URI, as in `name=qemu%3A%2F%2Fada%3Asecret%40host`, may hold it encoded. */
const userinfo = /((?::|%3a)(?:\/|%2f){2})(?!\/|%2f).*(?:@|%40)/is;

/** A URI to show: who logs in and with which password is nobody's business but the server's. */
export function redactUri(text: string): string {
  return text.includes('://') ? text.replace(userinfo, '$1***@') : redactUserinfo(text);
}

/** A host to show, without who logs in to it. */
export function redactUserinfo(host: string): string {
  return host.replace(/^.*(?:@|%40)/is, '***@');
}
