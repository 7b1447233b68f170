const userinfo = /((?::|%3a)(?:\/|%2f){2})(?!\/|%2f).*(?:@|%40)/is;

/** A connection URI without its user and password; a URI in its query may hold them too, encoded or not. */
export function redactUri(uri: string): string {
  return uri.replace(userinfo, '$1***@');
}
