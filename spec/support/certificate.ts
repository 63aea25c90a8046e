import { sign, type KeyObject } from 'node:crypto';

/** A self-signed X.509 certificate in DER (RFC 5280 §4.1) for a pair on P-256. */
export function certificate(pair: { publicKey: KeyObject; privateKey: KeyObject }): Buffer {
  const tlv = (tag: number, ...parts: Buffer[]) => {
    const value = Buffer.concat(parts);
    const length = value.length < 128 ? [value.length] : [0x82, value.length >> 8, value.length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...length]), value]);
  };
  const hex = (text: string) => Buffer.from(text, 'hex');
  const ecdsaWithSha256 = tlv(0x30, tlv(0x06, hex('2a8648ce3d040302')));
  const name = tlv(0x30, tlv(0x31, tlv(0x30, tlv(0x06, hex('550403')), tlv(0x0c, Buffer.from('attacker')))));
  const validity = tlv(0x30, tlv(0x17, Buffer.from('200101000000Z')), tlv(0x17, Buffer.from('491231235959Z')));
  const spki = pair.publicKey.export({ type: 'spki', format: 'der' });
  const version = tlv(0xa0, tlv(0x02, hex('02')));
  const body = tlv(0x30, version, tlv(0x02, hex('01')), ecdsaWithSha256, name, validity, name, spki);
  return tlv(0x30, body, ecdsaWithSha256, tlv(0x03, hex('00'), sign('sha256', body, pair.privateKey)));
}
