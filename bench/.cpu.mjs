import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { makeSecrets } from '../scripts/secrets.mjs';
import { connectTo, closedLoop } from './load.mjs';
import { makeTeacher, makeUsers, sitterOf } from './sitters.mjs';
const out='/tmp/b5/cpu';
const b=spawnSync('node_modules/.bin/wrangler',['deploy','bench/worker.ts','--dry-run','--minify=false','--outdir',out],{encoding:'utf8',env:{...process.env,CI:'true'}});
if(b.status) throw new Error(b.stdout+b.stderr);
const secrets=await makeSecrets();
const { workerOptions } = unstable_getMiniflareWorkerOptions('wrangler.toml');
const { modulesRules: _, assets: __, ...bound } = workerOptions;
const mf=new Miniflare(convertV4MiniflareOptions({log:new Log(LogLevel.ERROR),resourcePersistencePath:mkdtempSync('/dev/shm/ve-'),handleStructuredLogs(){},
 workers:[{...bound,name:'ours',unsafeInspectorProxy:false,modules:[{type:'ESModule',path:'worker.js',contents:readFileSync(out+'/worker.js','utf8').replace(process.argv[3]??'@@@',process.argv[4]??'')}],bindings:{...secrets,ENVIRONMENT:'local',VE_RATE_LIMITS:'off'},unsafeDirectSockets:[{host:'127.0.0.1',port:0}]}]}));
await mf.ready; const url=await mf.unsafeGetDirectURL('ours'); const server={miniflare:mf,host:url.hostname,port:Number(url.port)};
const db=await mf.getD1Database('DB');
for(const f of readdirSync('migrations').filter(n=>n.endsWith('.sql')).sort()) await db.batch(readFileSync('migrations/'+f,'utf8').split('--> statement-breakpoint').map(s=>db.prepare(s)));
const call=connectTo(server); const teacher=await makeTeacher(server,call,secrets.ACCESS_TOKEN_KEY);
const users=await makeUsers(server,secrets.ACCESS_TOKEN_KEY,500,{prefix:'p'});
const asm=await teacher.assessment({timeLimitSeconds:10000}); const sitters=[];
await closedLoop({atOnce:32,isOver:i=>i>=500,one:async i=>{const a=await call({path:`/api/v1/assessments/${asm}/attempts`,token:users[i].token,body:{}}); sitters.push(sitterOf(a)); return a}});
const save=i=>call(sitters[i%500].save());
await closedLoop({atOnce:32,isOver:i=>i>=1500,one:save});

const { readFileSync: rf } = await import('node:fs'); const kids=(p)=>readdirSync(`/proc/${p}/task`).flatMap(t=>rf(`/proc/${p}/task/${t}/children`,'utf8').trim().split(' ').filter(Boolean).map(Number));

const pid=kids(process.pid).find(p=>/workerd/.test(rf(`/proc/${p}/cmdline`,'utf8')));
const cpuOf=(pid)=>{const st=rf(`/proc/${pid}/stat`,'utf8'); const f=st.slice(st.lastIndexOf(')')+2).split(' '); return (Number(f[11])+Number(f[12]))*10};
const { startFloor } = await import('./servers.mjs'); process.env.TMPDIR='/dev/shm';
const floor=await startFloor(); const fcall=connectTo(floor); const body={epoch:1,ops:[{seq:1,itemId:'itm_01k00000000000000000000000',kind:'set',response:{selected:['b']},at:new Date().toISOString()}]};
const fl=i=>fcall({path:`/attempts/att_${i%500}/ops`,body});
await closedLoop({atOnce:32,isOver:i=>i>=2000,one:fl});
const N=2000, R=[]; for(let r=0;r<9;r++){ let c0=floor.cpu(); const f=await closedLoop({atOnce:32,isOver:i=>i>=N,one:fl}); const fc=(floor.cpu()-c0)/N; c0=cpuOf(pid); const d=await closedLoop({atOnce:32,isOver:i=>i>=N,one:save}); const oc=(cpuOf(pid)-c0)/N; R.push({rate:d.perSecond/f.perSecond,cpu:fc/oc,oc,fc,err:d.errors.length,r:d.perSecond,f:f.perSecond}); }
const med=k=>R.map(x=>x[k]).sort((a,b)=>a-b)[4];
console.log('CPU', (process.argv[2]??'').padEnd(8), 'ratio',med('rate').toFixed(3),'cpu floor/ours',med('cpu').toFixed(3),'ours µs',(med('oc')*1000).toFixed(0),'floor µs',(med('fc')*1000).toFixed(0),'rates',med('r').toFixed(0),med('f').toFixed(0)); await mf.dispose(); await floor.stop(); process.exit();
