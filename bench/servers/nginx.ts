import { HELLO } from './hello.ts'
import type { Peer, PeerFacts } from './peer-stack.ts'

/**
 * The least that does the job: the key is compared as plain text, and the function does not see it.
 * No hash, no expiry, no request id, and no log unless `accessLog` asks for one, so that the comparison
 * errs in nginx's favour.
 */
export function nginx(
  command: string,
  { accessLog = false }: { readonly accessLog?: boolean } = {},
): Peer {
  return {
    name: accessLog ? 'nginx with its log' : 'nginx',
    plan: (facts) => ({
      files: { 'nginx.conf': configuration(facts, guarded(), accessLog) },
      command: commandOf(command, facts),
    }),
  }
}

/** nginx as a function that needs no other: it answers by itself, without a key. */
export function bareNginx(command: string): Peer {
  const answer = `location / { return 200 ${JSON.stringify(HELLO)}; }`
  return {
    name: 'nginx alone',
    plan: (facts) => ({
      files: { 'nginx.conf': configuration(facts, answer, false) },
      command: commandOf(command, facts),
    }),
  }
}

function commandOf(command: string, { folder }: PeerFacts): string[] {
  return [command, '-p', folder, '-c', `${folder}/nginx.conf`, '-e', 'stderr']
}

function guarded(): string {
  return `location / {
      if ($allowed = 0) { return 401; }
      proxy_pass http://function;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-API-Key "";
    }`
}

function configuration(
  { folder, port, functionSocket, secret }: PeerFacts,
  location: string,
  accessLog: boolean,
): string {
  // As root the workers would become another user, who may not enter the folder of the socket.
  const user = process.getuid?.() === 0 ? 'user root root;' : ''
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `  ${kind}_temp_path ${folder}/${kind};`)
    .join('\n')
  return `${user}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 512; }
http {
${temporary}
  ${accessLog ? accessLogLines(folder) : 'access_log off;'}
  keepalive_requests 1000000000;
  map_hash_bucket_size 128;
  map $http_x_api_key $allowed {
    default 0;
    "${secret}" 1;
  }
  upstream function {
    server unix:${functionSocket};
    keepalive 64;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port};
    ${location}
  }
}
`
}

/** Buffered, as nginx advises under load, so that no request waits for the file. */
function accessLogLines(folder: string): string {
  const fields = [
    ['time', '$time_iso8601'],
    ['requestId', '$request_id'],
    ['method', '$request_method'],
    ['path', '$uri'],
    ['status', '$status'],
    ['bytesSent', '$body_bytes_sent'],
    ['bytesReceived', '$request_length'],
    ['seconds', '$request_time'],
    ['address', '$remote_addr'],
  ]
  const line = fields.map(([name, variable]) => `"${name}":"${variable}"`).join(',')
  return `log_format line escape=json '{${line}}';
  access_log ${folder}/access.log line buffer=64k flush=1s;`
}
