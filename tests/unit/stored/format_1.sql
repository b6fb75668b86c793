BEGIN TRANSACTION;
CREATE TABLE generations (
    id INTEGER PRIMARY KEY,
    created_at REAL NOT NULL,
    server TEXT NOT NULL,
    free INTEGER NOT NULL,
    owner TEXT,
    endpoint TEXT NOT NULL,
    request TEXT NOT NULL,
    estimate REAL NOT NULL,
    status TEXT NOT NULL,
    body TEXT,
    request_id TEXT,
    ticket TEXT,
    submitted_at REAL,
    started_at REAL,
    completed_at REAL,
    run_seconds REAL,
    seed INTEGER,
    url TEXT,
    billable_units REAL,
    cost REAL,
    cost_source TEXT,
    path TEXT,
    width INTEGER,
    height INTEGER,
    clip_duration REAL,
    fps REAL,
    has_audio INTEGER,
    logs TEXT,
    error TEXT,
    dismissed INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "generations" VALUES(1,1790000000.0,'fal',0,'00000000000000000000000000000000','fal-ai/bytedance/seedance/v1.5/pro/text-to-video','{"prompt": "A fox at dusk", "aspect_ratio": "16:9", "resolution": "480p", "duration": "5", "camera_fixed": false, "seed": 7, "enable_safety_checker": true, "generate_audio": true}',0.25,'COMPLETED',NULL,'r-1','{"request_id": "r-1", "status_url": "https://queue.fal.run/fal-ai/bytedance/requests/r-1/status", "response_url": "https://queue.fal.run/fal-ai/bytedance/requests/r-1", "cancel_url": "https://queue.fal.run/fal-ai/bytedance/requests/r-1/cancel"}',1790000001.0,1790000005.0,1790000060.0,50.0,7,'https://v3.fal.media/files/a.mp4',20.0,0.2,'billed','clips/00001-a-fox-at-dusk-seed7.mp4',864,480,5.04,24.0,1,'["done"]',NULL,0);
INSERT INTO "generations" VALUES(2,1790000000.0,'fal',0,'00000000000000000000000000000000','fal-ai/bytedance/seedance/v1.5/pro/text-to-video','{"prompt": "A fox at dusk", "aspect_ratio": "16:9", "resolution": "480p", "duration": "5", "camera_fixed": false, "seed": 8, "enable_safety_checker": true, "generate_audio": true}',0.25,'FAILED',NULL,'r-2',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0.0,'estimate',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"class": "GenerationFailed", "message": "It failed.", "next_step": "Try again.", "charged": "no"}',1);
INSERT INTO "generations" VALUES(3,1790000000.0,'fal',0,'00000000000000000000000000000000','fal-ai/bytedance/seedance/v1.5/pro/text-to-video','{"prompt": "A fox at dusk", "aspect_ratio": "16:9", "resolution": "480p", "duration": "5", "camera_fixed": false, "seed": 9, "enable_safety_checker": true, "generate_audio": true}',0.25,'IN_QUEUE',NULL,'r-3','{"request_id": "r-3", "status_url": "https://queue.fal.run/fal-ai/bytedance/requests/r-3/status", "response_url": "https://queue.fal.run/fal-ai/bytedance/requests/r-3", "cancel_url": "https://queue.fal.run/fal-ai/bytedance/requests/r-3/cancel"}',1790000002.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "generations" VALUES(4,1790000000.0,'fal',0,'00000000000000000000000000000000','fal-ai/bytedance/seedance/v1.5/pro/text-to-video','{"prompt": "A fox at dusk", "aspect_ratio": "16:9", "resolution": "480p", "duration": "5", "camera_fixed": false, "seed": 10, "enable_safety_checker": true, "generate_audio": true}',0.25,'UNCONFIRMED',NULL,NULL,NULL,1790000003.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"class": "Unconfirmed", "message": "The answer to the request was lost.", "next_step": "Wait.", "charged": "maybe"}',0);
INSERT INTO "generations" VALUES(5,1790000000.0,'fal',0,'00000000000000000000000000000000','fal-ai/bytedance/seedance/v1.5/pro/text-to-video','{"prompt": "A fox at dusk", "aspect_ratio": "16:9", "resolution": "480p", "duration": "5", "camera_fixed": false, "seed": 11, "enable_safety_checker": true, "generate_audio": true}',0.25,'PENDING',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "generations" VALUES(6,1790000000.0,'offline',1,'00000000000000000000000000000000','fal-ai/bytedance/seedance/v1.5/pro/text-to-video','{"prompt": "A fox at dusk", "aspect_ratio": "16:9", "resolution": "480p", "duration": "5", "camera_fixed": false, "seed": 12, "enable_safety_checker": true, "generate_audio": true}',0.25,'COMPLETED',NULL,NULL,NULL,NULL,NULL,NULL,NULL,12,'http://127.0.0.1:1/c.mp4',NULL,0.0,'free','clips/00006-a-fox-at-dusk-seed12.mp4',864,480,5.04,24.0,NULL,NULL,NULL,0);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "settings" VALUES('cap','5.0');
CREATE UNIQUE INDEX by_request_id ON generations (server, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX by_status ON generations (status);
COMMIT;
PRAGMA user_version = 1;
