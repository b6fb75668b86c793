// Checks a webhook's signature as fal's documentation tells a receiver to, with nothing but Node: prints true or false.
// Standard input: {"jwks": {...}, "headers": {...}, "body": "..."}
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const { jwks, headers, body } = JSON.parse(readFileSync(0, "utf8"));
const signed = [
  headers["x-fal-webhook-request-id"],
  headers["x-fal-webhook-user-id"],
  headers["x-fal-webhook-timestamp"],
  createHash("sha256").update(body).digest("hex"),
].join("\n");
const recent = Math.abs(Date.now() / 1000 - Number(headers["x-fal-webhook-timestamp"])) <= 300;
const signature = Buffer.from(headers["x-fal-webhook-signature"], "hex");
const genuine = jwks.keys.some((key) =>
  verify(null, Buffer.from(signed), createPublicKey({ key, format: "jwk" }), signature),
);
console.log(recent && genuine);
