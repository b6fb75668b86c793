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
    , sweep TEXT, cell TEXT, measures TEXT, star INTEGER NOT NULL DEFAULT 0, rating INTEGER, tags TEXT, note TEXT NOT NULL DEFAULT '', signature TEXT);
INSERT INTO "generations" VALUES(1,1790000000.0,'fal',0,'00000000000000000000000000000000','fal-ai/bytedance/seedance/v1.5/pro/text-to-video','{"prompt": "A fox at dusk", "aspect_ratio": "16:9", "resolution": "480p", "duration": "5", "camera_fixed": false, "seed": 7, "enable_safety_checker": true, "generate_audio": true}',0.25,'COMPLETED',NULL,'r-1','{"request_id": "r-1", "status_url": "https://queue.fal.run/fal-ai/bytedance/requests/r-1/status", "response_url": "https://queue.fal.run/fal-ai/bytedance/requests/r-1", "cancel_url": "https://queue.fal.run/fal-ai/bytedance/requests/r-1/cancel"}',1790000001.0,1790000005.0,1790000060.0,50.0,7,'https://v3.fal.media/files/a.mp4',20.0,0.2,'billed','clips/00001-a-fox-at-dusk-seed7.mp4',864,480,5.04,24.0,1,'["done"]',NULL,0,NULL,NULL,'{"motion": 1.5}',1,4,'["keeper", "dusk"]','Softer than the others.','40bd1a4168454b55090002bb6064c3a255adaddce36baac7bce2c8504353ec92');
INSERT INTO "generations" VALUES(2,1790000000.0,'fal',0,'00000000000000000000000000000000','fal-ai/bytedance/seedance/v1.5/pro/text-to-video','{"prompt": "A fox at dusk", "aspect_ratio": "16:9", "resolution": "480p", "duration": "5", "camera_fixed": false, "seed": 8, "enable_safety_checker": true, "generate_audio": true}',0.25,'FAILED',NULL,'r-2',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0.0,'estimate',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"class": "GenerationFailed", "message": "It failed.", "next_step": "Try again.", "charged": "no"}',1,NULL,NULL,NULL,0,NULL,NULL,'','382d08343b38c9b5e699f84588465580eed1129a860932c3310893c8d4c98e8a');
INSERT INTO "generations" VALUES(3,1790000000.0,'fal',0,'00000000000000000000000000000000','fal-ai/bytedance/seedance/v1.5/pro/text-to-video','{"prompt": "A fox at dusk", "aspect_ratio": "16:9", "resolution": "480p", "duration": "5", "camera_fixed": false, "seed": 9, "enable_safety_checker": true, "generate_audio": true}',0.25,'IN_QUEUE',NULL,'r-3','{"request_id": "r-3", "status_url": "https://queue.fal.run/fal-ai/bytedance/requests/r-3/status", "response_url": "https://queue.fal.run/fal-ai/bytedance/requests/r-3", "cancel_url": "https://queue.fal.run/fal-ai/bytedance/requests/r-3/cancel"}',1790000002.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,0,NULL,NULL,'','1abac8db0e858e5f545b5d698938a3aeaaa6da74a9cdab7725c3ac44e561a473');
INSERT INTO "generations" VALUES(4,1790000000.0,'fal',0,'00000000000000000000000000000000','fal-ai/bytedance/seedance/v1.5/pro/text-to-video','{"prompt": "A fox at dusk", "aspect_ratio": "16:9", "resolution": "480p", "duration": "5", "camera_fixed": false, "seed": 10, "enable_safety_checker": true, "generate_audio": true}',0.25,'UNCONFIRMED',NULL,NULL,NULL,1790000003.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"class": "Unconfirmed", "message": "The answer to the request was lost.", "next_step": "Wait.", "charged": "maybe"}',0,NULL,NULL,NULL,0,NULL,NULL,'','aee346ef041e46586a3881375a6dfe17d74be59c3ad8f7f67669e3ec37b56a72');
INSERT INTO "generations" VALUES(5,1790000000.0,'fal',0,'00000000000000000000000000000000','fal-ai/bytedance/seedance/v1.5/pro/text-to-video','{"prompt": "A fox at dusk", "aspect_ratio": "16:9", "resolution": "480p", "duration": "5", "camera_fixed": false, "seed": 11, "enable_safety_checker": true, "generate_audio": true}',0.25,'PENDING',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,0,NULL,NULL,'','338996bd4cc62f90ca42253138e9cbe7ad489b755d4498d26efc3ead608d648b');
INSERT INTO "generations" VALUES(6,1790000000.0,'offline',1,'00000000000000000000000000000000','fal-ai/bytedance/seedance/v1.5/pro/text-to-video','{"prompt": "A fox at dusk", "aspect_ratio": "16:9", "resolution": "480p", "duration": "5", "camera_fixed": false, "seed": 12, "enable_safety_checker": true, "generate_audio": true}',0.25,'COMPLETED',NULL,NULL,NULL,NULL,NULL,NULL,NULL,12,'http://127.0.0.1:1/c.mp4',NULL,0.0,'free','clips/00006-a-fox-at-dusk-seed12.mp4',864,480,5.04,24.0,NULL,NULL,NULL,0,NULL,NULL,NULL,0,NULL,NULL,'','6310aa264ef32ed10ae2a210888300e792faac5ac142fb2ee3b83e2160710569');
INSERT INTO "generations" VALUES(7,1790000000.0,'fal',0,'00000000000000000000000000000000','fal-ai/bytedance/seedance/v1.5/pro/text-to-video','{"prompt": "A fox", "aspect_ratio": "16:9", "resolution": "480p", "duration": "5", "camera_fixed": false, "seed": 20, "enable_safety_checker": true, "generate_audio": true}',0.1,'PENDING',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,'sweep-1','{"animal": "fox"}',NULL,0,NULL,NULL,'','bf7125ed949f7f65fe702a1ddb26581581537c6e0eecb640aa32b4c53d671026');
INSERT INTO "generations" VALUES(8,1790000000.0,'fal',0,'00000000000000000000000000000000','fal-ai/bytedance/seedance/v1.5/pro/text-to-video','{"prompt": "An owl", "aspect_ratio": "16:9", "resolution": "480p", "duration": "5", "camera_fixed": false, "seed": 21, "enable_safety_checker": true, "generate_audio": true}',0.1,'PENDING',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,'sweep-1','{"animal": "owl"}',NULL,0,NULL,NULL,'','92d48a967c9adbb0ca1a757e092ebd1b2dca46e531a652f0a7b83c52ca7ffa1a');
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "settings" VALUES('cap','5.0');
INSERT INTO "settings" VALUES('cap_signature','3e56811ec55dde5a5f55845a32b5bef1a1723cf0fc3cd34fe5ecc3c52255622e');
CREATE TABLE sweeps (
        name TEXT PRIMARY KEY,
        created_at REAL NOT NULL,
        axes TEXT NOT NULL,
        members TEXT NOT NULL,
        seed INTEGER
    );
INSERT INTO "sweeps" VALUES('sweep-1',1790000100.0,'{"animal": ["fox", "owl"]}','[[7, {"animal": "fox"}], [8, {"animal": "owl"}]]',20);
CREATE TABLE totals (spent INTEGER NOT NULL, reserved INTEGER NOT NULL, generations INTEGER NOT NULL, clips INTEGER NOT NULL);
INSERT INTO "totals" VALUES(200000000,950000000,8,2);
CREATE TABLE votes (
        id INTEGER PRIMARY KEY,
        created_at REAL NOT NULL,
        first INTEGER NOT NULL,
        second INTEGER NOT NULL,
        winner INTEGER
    );
INSERT INTO "votes" VALUES(1,1790000200.0,1,6,1);
INSERT INTO "votes" VALUES(2,1790000201.0,1,6,NULL);
CREATE UNIQUE INDEX by_request_id ON generations (request_id, server) WHERE request_id IS NOT NULL;
CREATE INDEX unsettled ON generations (owner) WHERE (status IN ('PENDING', 'SUBMITTING', 'UNCONFIRMED', 'IN_QUEUE', 'IN_PROGRESS') OR (status = 'COMPLETED' AND path IS NULL));
CREATE INDEX unsent ON generations (status, owner) WHERE status IN ('PENDING', 'UNCONFIRMED');
CREATE INDEX to_be_seen ON generations (id) WHERE (status IN ('FAILED', 'UNCONFIRMED') OR (error IS NOT NULL AND path IS NULL AND status <> 'CANCELLED')) AND NOT dismissed;
CREATE INDEX shown_by_id ON generations (id) WHERE (path IS NOT NULL OR substr(ifnull(url, ''), 1, 8) = 'https://');
CREATE INDEX shown_by_estimate ON generations (estimate) WHERE (path IS NOT NULL OR substr(ifnull(url, ''), 1, 8) = 'https://');
CREATE INDEX shown_by_duration ON generations (clip_duration) WHERE (path IS NOT NULL OR substr(ifnull(url, ''), 1, 8) = 'https://');
CREATE INDEX alike ON generations (server, endpoint, json_extract(request, '$.resolution'), json_extract(request, '$.duration')) WHERE status = 'COMPLETED';
CREATE INDEX by_sweep ON generations (sweep) WHERE sweep IS NOT NULL;
CREATE INDEX unmeasured ON generations (id) WHERE (path IS NOT NULL AND measures IS NULL);
CREATE INDEX by_seed ON generations (json_extract(request, '$.seed'), server, endpoint);
CREATE INDEX shown_by_rating ON generations (rating, star) WHERE (path IS NOT NULL OR substr(ifnull(url, ''), 1, 8) = 'https://');
CREATE INDEX starred ON generations (id) WHERE star;
CREATE TRIGGER added AFTER INSERT ON generations BEGIN UPDATE totals SET spent = spent + ((NEW.free <> 1) * ifnull(CAST(round(min(max(CAST(NEW.cost AS REAL), 0), 1e4) * 1e9) AS INTEGER), 0)), reserved = reserved + ((NEW.free <> 1 AND NEW.cost IS NULL) * CAST(round(min(max(CAST(NEW.estimate AS REAL), 0), 1e4) * 1e9) AS INTEGER)), generations = generations + (1), clips = clips + ((NEW.path IS NOT NULL OR substr(ifnull(NEW.url, ''), 1, 8) = 'https://')); END;
CREATE TRIGGER removed AFTER DELETE ON generations BEGIN UPDATE totals SET spent = spent - ((OLD.free <> 1) * ifnull(CAST(round(min(max(CAST(OLD.cost AS REAL), 0), 1e4) * 1e9) AS INTEGER), 0)), reserved = reserved - ((OLD.free <> 1 AND OLD.cost IS NULL) * CAST(round(min(max(CAST(OLD.estimate AS REAL), 0), 1e4) * 1e9) AS INTEGER)), generations = generations - (1), clips = clips - ((OLD.path IS NOT NULL OR substr(ifnull(OLD.url, ''), 1, 8) = 'https://')); END;
CREATE TRIGGER changed AFTER UPDATE OF free, estimate, cost, path, url ON generations BEGIN UPDATE totals SET spent = spent - ((OLD.free <> 1) * ifnull(CAST(round(min(max(CAST(OLD.cost AS REAL), 0), 1e4) * 1e9) AS INTEGER), 0)) + ((NEW.free <> 1) * ifnull(CAST(round(min(max(CAST(NEW.cost AS REAL), 0), 1e4) * 1e9) AS INTEGER), 0)), reserved = reserved - ((OLD.free <> 1 AND OLD.cost IS NULL) * CAST(round(min(max(CAST(OLD.estimate AS REAL), 0), 1e4) * 1e9) AS INTEGER)) + ((NEW.free <> 1 AND NEW.cost IS NULL) * CAST(round(min(max(CAST(NEW.estimate AS REAL), 0), 1e4) * 1e9) AS INTEGER)), generations = generations - (1) + (1), clips = clips - ((OLD.path IS NOT NULL OR substr(ifnull(OLD.url, ''), 1, 8) = 'https://')) + ((NEW.path IS NOT NULL OR substr(ifnull(NEW.url, ''), 1, 8) = 'https://')); END;
CREATE INDEX money ON generations (free, cost, estimate);
COMMIT;
PRAGMA user_version = 5;
