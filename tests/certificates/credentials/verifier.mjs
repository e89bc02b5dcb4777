// An independent verifier: the libraries of Digital Bazaar judge a credential and the status list that it names. Reads
// {contexts, didDocument, documents, credential, now} as JSON from standard input; writes {verified, status, error}.
// Nothing is fetched: what is not among the given documents does not exist.

import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {verifyCredential} from '@digitalbazaar/vc';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const cases = JSON.parse(Buffer.concat(chunks).toString('utf8'));

function makeLoader({contexts, didDocument, documents}) {
  const known = {...contexts, ...documents, [didDocument.id]: didDocument};
  for (const method of didDocument.verificationMethod) {
    known[method.id] = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
  }
  return async url => {
    if (!(url in known)) throw new Error(`Nothing is known of ${url}.`);
    return {contextUrl: null, documentUrl: url, document: known[url]};
  };
}

async function judge({credential, now, ...given}) {
  const documentLoader = makeLoader(given);
  const suite = new DataIntegrityProof({cryptosuite});
  let status = null;
  const result = await verifyCredential({
    credential, suite, documentLoader, now,
    checkStatus: async options => {
      const checked = await checkStatus({...options, suite, documentLoader});
      status = checked.verified ? checked.results[0].status : null;
      return checked;
    },
  });
  const error = result.error?.errors?.[0] ?? result.error ?? result.statusResult?.error;
  return {verified: result.verified, status, error: error ? `${error.message} ${error.cause?.message ?? ''}` : ''};
}

const results = [];
for (const each of cases) results.push(await judge(each));
process.stdout.write(JSON.stringify(results));
