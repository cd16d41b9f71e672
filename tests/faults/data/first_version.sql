BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE checklist_versions (
	workspace_id TEXT NOT NULL, 
	version_id TEXT NOT NULL, 
	checklist_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	content_hash TEXT NOT NULL, 
	content TEXT NOT NULL, 
	first_used_at DATETIME NOT NULL, 
	CONSTRAINT pk_checklist_versions PRIMARY KEY (workspace_id, version_id), 
	CONSTRAINT fk_checklist_versions_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (workspace_id), 
	CONSTRAINT uq_checklist_versions_workspace_id_checklist_id_content_hash UNIQUE (workspace_id, checklist_id, content_hash), 
	CONSTRAINT uq_checklist_versions_workspace_id_checklist_id_number UNIQUE (workspace_id, checklist_id, number)
);
INSERT INTO "checklist_versions" VALUES('T0NORDLICHT','e0fc7c97441c4d44805a2444aa6fb955','walk-away',1,'689f4b8000baf7c4da24965a09b7c00badf5971bd5c79da7c6f545726bdfae23','{"id":"walk-away","names":{"fire_unknown":{"any":[{"willing":"unknown"},{"able":"unknown"},{"fire":"unknown"}]},"has_fire":{"all":[{"willing":"yes"},{"able":"yes"},{"fire":"yes"}]},"lacks_fire":{"any":[{"willing":"no"},{"able":"no"},{"fire":"no"}]},"weak_start":{"any":[{"offer":"vague"},{"numbers":["partly","none"]}]}},"rules":[{"final":true,"id":"no_offer","sentence":{"de":"Sie können nicht sagen, was sie verkaufen. Dann kann es auch sonst niemand verkaufen. Also absagen.","en":"They can''t say what they sell, so nobody can sell it for them. Walk away."},"verdict":"walk_away","when":{"offer":"none"}},{"final":true,"id":"no_numbers","sentence":{"de":"Sie haben keine Zahlen und werden auch keine bekommen: Daraus machen auch noch so viele Anfragen kein Geschäft. Also absagen.","en":"They have no numbers and won''t get them: no number of leads will make a business of this. Walk away."},"verdict":"walk_away","when":{"all":[{"numbers":"none"},"lacks_fire"]}},{"id":"talked_into_it","sentence":{"de":"Wir mussten sie überreden. Wer den Wert vor der Unterschrift nicht sieht, sieht ihn auf der Rechnung erst recht nicht. Also ziehen lassen.","en":"We had to talk them into it. Whoever doesn''t see the value before signing won''t see it on the invoice either. Let them go."},"verdict":"walk_away","when":{"value":"talked_into"}},{"id":"loses_money","sentence":{"de":"Hier zahlen wir vom ersten Tag an drauf, und mehr Arbeit macht es nur schlimmer. Also absagen.","en":"We would lose money from day one, and working harder only makes it worse. Walk away."},"verdict":"walk_away","when":{"margin":"loss"}},{"id":"many_signs","sentence":{"de":"Drei Warnzeichen oder mehr, und noch ist nichts unterschrieben. Besser wird es danach nicht. Absagen, solange es nichts kostet.","en":"Three warning signs or more, and nothing is signed yet. It won''t get better afterwards. Walk away while it costs nothing."},"verdict":"walk_away","when":{"count":{"at_least":3,"of":"signs"}}},{"decide_within":5,"id":"value_not_shown","sentence":{"de":"Wir haben ihnen den Wert noch nicht gezeigt, also weiß keiner, ob sie ihn sehen. Das lässt sich in einem Gespräch nachholen, ohne zu überreden. Danach entscheiden.","en":"We haven''t shown them the value yet, so nobody knows whether they see it. Show it in one call, without persuading, then decide."},"verdict":"problem","when":{"value":"not_shown"}},{"decide_within":3,"id":"half_answer","sentence":{"de":"Auf die erste Frage kam nur eine halbe Antwort, und es fehlt am Willen, am Können oder am Feuer, um das wettzumachen. Die andere Hälfte holen oder absagen.","en":"There was only half an answer to the first question, and they lack the will, the ability or the fire to make up for it. Get the other half, or walk away."},"verdict":"problem","when":{"all":["weak_start",{"not":{"numbers":"none"}},"lacks_fire"]}},{"decide_within":5,"id":"exception_untested","sentence":{"de":"Ein schwacher Anfang, und noch ist nicht klar, ob Wille, Können und Feuer da sind. Mit einer kleinen Aufgabe finden wir es heraus.","en":"A weak start, and it is not clear yet whether will, ability and fire are there. Ask them for something small and find out."},"verdict":"problem","when":{"all":["weak_start",{"not":"lacks_fire"},"fire_unknown"]}},{"decide_within":3,"id":"fire_unproven","sentence":{"de":"Das Feuer ist zu sehen, aber nichts beweist es. Eine Hausaufgabe mit Termin vereinbaren oder absagen.","en":"The fire is there to see, but nothing proves it. Agree on one piece of homework with a date, or walk away."},"verdict":"problem","when":{"all":["weak_start","has_fire",{"not":{"answered":"homework"}}]}},{"condition":{"due":"homework_due","what":"homework"},"id":"fire","sentence":{"de":"Ein schwacher Anfang, aber sie wollen lernen, sie können es, und sie brennen dafür. Wir arbeiten mit ihnen, unter einer Bedingung: Die Hausaufgabe ist pünktlich da.","en":"A weak start, but they want to learn, they can, and there is fire in their eyes. Work with them, on one condition: the homework is there by its date."},"verdict":"pursue","when":{"all":["weak_start","has_fire",{"answered":"homework"}]}},{"decide_within":7,"id":"some_signs","sentence":{"de":"Zwei Warnzeichen. Ihnen offen sagen, wie wir arbeiten und was wir erwarten, abwarten, was sie daraus machen, und dann entscheiden.","en":"Two warning signs. Tell them openly how we work and what we expect, see what they do with it, then decide."},"verdict":"problem","when":{"count":{"exactly":2,"of":"signs"}}},{"decide_within":7,"id":"outside_niche","sentence":{"de":"Sie liegen außerhalb unserer Nische: Alles dauert länger, und beim nächsten Kunden hilft uns wenig davon. Jemanden empfehlen, der das jeden Tag macht, oder sagen, warum sie es wert sind.","en":"They are outside our niche: everything takes longer, and little of it helps with the next client. Recommend somebody who does this every day, or say what makes them worth it."},"verdict":"problem","when":{"niche":"outside"}},{"decide_within":7,"id":"thin_margin","sentence":{"de":"Die Marge ist dünn: ein schlechter Monat, und wir zahlen drauf. Mehr Geld nehmen oder weniger dafür tun, bevor es weitergeht.","en":"The margin is thin: one bad month, and we pay for working. Raise the price or cut the scope before going on."},"verdict":"problem","when":{"margin":"thin"}},{"id":"good_fit","sentence":{"de":"Sie wissen, was sie verkaufen, sie kennen ihre Zahlen, sie sehen den Wert, und nichts Ernstes spricht dagegen. Also los.","en":"They know what they sell, they know their numbers, they see the value, and nothing serious speaks against them. Go for it."},"verdict":"pursue","when":"otherwise"}],"steps":[{"id":"first_question","questions":[{"id":"offer","kind":"one_of","options":[{"id":"clear","text":{"de":"Klar: Ich kann sagen, was sie verkaufen und an wen","en":"Clear: I can say what they sell, and to whom"}},{"id":"vague","text":{"de":"Schwammig: Ich könnte es niemandem erklären","en":"Vague: I couldn''t explain it to anybody"}},{"id":"none","text":{"de":"Keine Antwort, oder es gibt noch nichts zu verkaufen","en":"No answer, or nothing to sell yet"}}],"required":true,"text":{"de":"Was verkaufen sie?","en":"What do they sell?"}},{"hint":{"de":"Umsatz, Marge, Anfragen, Abschlussquote. Wichtig ist, ob sie ihre Zahlen kennen, nicht, ob sie gut sind.","en":"Revenue, margin, leads, closing rate. It matters whether they know them, not whether they are good."},"id":"numbers","kind":"one_of","options":[{"id":"ready","text":{"de":"Sie hatten sie sofort parat","en":"They had them at hand"}},{"id":"partly","text":{"de":"Nur einen Teil, oder grob geschätzt","en":"Only some, or rough guesses"}},{"id":"none","text":{"de":"Sie haben keine","en":"They have none"}}],"required":true,"text":{"de":"Wie sehen ihre Zahlen aus?","en":"What do their numbers look like?"}}],"title":{"de":"Die erste Frage","en":"The first question"}},{"id":"evidence","questions":[{"asked_when":{"numbers":"ready"},"hint":{"de":"Umsatz, Marge, Anfragen im Monat, Abschlussquote, so wie sie es gesagt haben.","en":"Revenue, margin, leads a month, closing rate, just as they said it."},"id":"numbers_given","kind":"text","required":true,"text":{"de":"Welche Zahlen haben sie dir genannt?","en":"Which numbers did they give you?"}},{"asked_when":"weak_start","id":"willing","kind":"one_of","options":[{"id":"yes","text":{"de":"Ja, sie fragen nach und nehmen Rat an","en":"Yes, they ask questions and take advice"}},{"id":"no","text":{"de":"Nein, sie wissen schon alles","en":"No, they know everything already"}},{"id":"unknown","text":{"de":"Das weiß ich noch nicht","en":"I can''t tell yet"}}],"required":true,"text":{"de":"Wollen sie lernen?","en":"Are they willing to learn?"}},{"asked_when":"weak_start","id":"able","kind":"one_of","options":[{"id":"yes","text":{"de":"Ja, was wir erklären, bleibt hängen","en":"Yes, what we explain sticks"}},{"id":"no","text":{"de":"Nein, wir fangen jedes Mal von vorn an","en":"No, we start from scratch every time"}},{"id":"unknown","text":{"de":"Das weiß ich noch nicht","en":"I can''t tell yet"}}],"required":true,"text":{"de":"Können sie lernen?","en":"Are they able to learn?"}},{"asked_when":"weak_start","id":"fire","kind":"one_of","options":[{"id":"yes","text":{"de":"Ja, sie wollen es unbedingt, und man merkt es","en":"Yes, they want this badly, and it shows"}},{"id":"no","text":{"de":"Nein, wir wollen es mehr als sie","en":"No, we want it more than they do"}},{"id":"unknown","text":{"de":"Das weiß ich noch nicht","en":"I can''t tell yet"}}],"required":true,"text":{"de":"Brennen sie dafür?","en":"Is there fire in their eyes?"}},{"asked_when":"weak_start","hint":{"de":"Eine konkrete Hausaufgabe, zum Beispiel Umsatz und Anfragen der letzten drei Monate. Ohne sie zählt die Ausnahme nicht.","en":"One concrete piece of homework, say revenue and leads of the last three months. Without it the exception does not count."},"id":"homework","kind":"text","text":{"de":"Was bringen sie dir als Beweis?","en":"What will they bring you as proof?"}},{"asked_when":"weak_start","due":{"default":5,"latest":10},"id":"homework_due","kind":"date","text":{"de":"Bis wann?","en":"By when?"}}],"title":{"de":"Zahlen, Wille, Feuer","en":"Numbers, will and fire"}},{"id":"value_and_respect","questions":[{"id":"value","kind":"one_of","options":[{"id":"at_once","text":{"de":"Sofort","en":"At once"}},{"id":"after_explaining","text":{"de":"Nachdem wir es erklärt hatten","en":"Once we had explained it"}},{"id":"talked_into","text":{"de":"Wir mussten sie überreden","en":"We had to talk them into it"}},{"id":"not_shown","text":{"de":"Wir haben es ihnen noch nicht gezeigt","en":"We haven''t shown them yet"}}],"required":true,"text":{"de":"Haben sie gesehen, was ihnen die Arbeit mit uns bringt?","en":"Did they see what working with us is worth to them?"}},{"hint":{"de":"Keine? Dann lass es leer. Eins ist menschlich, drei sind ein Muster.","en":"None? Leave it empty. One is human, three are a pattern."},"id":"signs","kind":"any_of","options":[{"id":"reschedules","text":{"de":"Sagt Termine ab oder verschiebt sie","en":"Cancels or moves appointments"}},{"id":"cancellation_quarrels","text":{"de":"Streitet über Stornobedingungen","en":"Argues about cancellation terms"}},{"id":"haggles","text":{"de":"Feilscht um den Preis","en":"Haggles over the price"}},{"id":"no_respect","text":{"de":"Erkennt unsere Arbeit nicht an","en":"Doesn''t acknowledge our work"}},{"id":"steals_time","text":{"de":"Stiehlt uns Zeit mit endlosen Anrufen und Nachrichten","en":"Steals our time with endless calls and messages"}},{"id":"drains","text":{"de":"Nach jedem Gespräch sind wir platt","en":"Leaves us drained after every call"}}],"text":{"de":"Welche Warnzeichen hast du gesehen?","en":"Which warning signs have you seen?"}},{"id":"margin","kind":"one_of","options":[{"id":"healthy","text":{"de":"Eine gesunde Marge","en":"A healthy margin"}},{"id":"thin","text":{"de":"Eine dünne Marge","en":"A thin margin"}},{"id":"loss","text":{"de":"Nichts, wir zahlen drauf","en":"Nothing, we would lose money"}}],"text":{"de":"Was bleibt für uns übrig?","en":"What would be left for us?"}},{"id":"niche","kind":"one_of","options":[{"id":"inside","text":{"de":"Mittendrin","en":"Right in it"}},{"id":"near","text":{"de":"Knapp daneben","en":"Close to it"}},{"id":"outside","text":{"de":"Ganz woanders","en":"Somewhere else entirely"}}],"text":{"de":"Passen sie in unsere Nische?","en":"Are they in our niche?"}}],"title":{"de":"Wert und Respekt","en":"Value and respect"}}],"title":{"de":"Absagen?","en":"Walk away?"}}','2026-11-30 09:00:00.000000');
CREATE TABLE conditions (
	workspace_id TEXT NOT NULL, 
	prospect_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	what TEXT NOT NULL, 
	due_on DATE NOT NULL, 
	met_at DATETIME, 
	met_by TEXT, 
	brought TEXT, 
	CONSTRAINT pk_conditions PRIMARY KEY (workspace_id, prospect_id, position), 
	CONSTRAINT ck_conditions_met CHECK ((met_at IS NULL) = (met_by IS NULL)), 
	CONSTRAINT fk_conditions_prospects FOREIGN KEY(workspace_id, prospect_id) REFERENCES prospects (workspace_id, prospect_id)
);
INSERT INTO "conditions" VALUES('T0NORDLICHT','2ac54fcc841d4a74add473599c47cfeb',0,'last year''s figures','2026-12-08',NULL,NULL,NULL);
CREATE TABLE drafts (
	workspace_id TEXT NOT NULL, 
	draft_id TEXT NOT NULL, 
	member_id TEXT NOT NULL, 
	version_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	first_contact DATE NOT NULL, 
	expected_value BIGINT, 
	name_key TEXT NOT NULL, 
	answers JSON NOT NULL, 
	step INTEGER NOT NULL, 
	cleared JSON NOT NULL, 
	prospect_id TEXT, 
	settled_name TEXT, 
	updated_at DATETIME NOT NULL, 
	CONSTRAINT pk_drafts PRIMARY KEY (workspace_id, draft_id), 
	CONSTRAINT fk_drafts_prospects FOREIGN KEY(workspace_id, prospect_id) REFERENCES prospects (workspace_id, prospect_id), 
	CONSTRAINT fk_drafts_checklist_versions FOREIGN KEY(workspace_id, version_id) REFERENCES checklist_versions (workspace_id, version_id), 
	CONSTRAINT fk_drafts_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (workspace_id), 
	CONSTRAINT uq_drafts_workspace_id_member_id_name_key UNIQUE (workspace_id, member_id, name_key)
);
CREATE TABLE history (
	workspace_id TEXT NOT NULL, 
	prospect_id TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	action TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	detail JSON NOT NULL, 
	CONSTRAINT pk_history PRIMARY KEY (workspace_id, prospect_id, revision), 
	CONSTRAINT ck_history_action CHECK (action IN ('qualify', 'requalify', 'walk_away', 'won', 'lost', 'undo', 'condition_met', 'details')), 
	CONSTRAINT fk_history_prospects FOREIGN KEY(workspace_id, prospect_id) REFERENCES prospects (workspace_id, prospect_id)
);
INSERT INTO "history" VALUES('T0NORDLICHT','db832b86c24a44ea844e06e47aec52ab',1,'qualify','U0EMMA','2026-11-30 09:00:00.000000','{"qualification": "2d6986b80e1c43e8874a196ccf71f2b4", "verdict": "walk_away"}');
INSERT INTO "history" VALUES('T0NORDLICHT','f45c7adeed4a430885e30f9a2f22c093',1,'qualify','U0JONAS','2026-11-30 09:00:00.000000','{"qualification": "07853e1e81f54c14a67039e64648e065", "verdict": "problem"}');
INSERT INTO "history" VALUES('T0NORDLICHT','1ceed62fd37c42548671d1448ff99bf1',1,'qualify','U0EMMA','2026-11-30 09:00:00.000000','{"qualification": "e17009fa45a44103a920af411bd818cb", "verdict": "pursue"}');
INSERT INTO "history" VALUES('T0NORDLICHT','2ac54fcc841d4a74add473599c47cfeb',1,'qualify','U0JONAS','2026-11-30 09:00:00.000000','{"qualification": "e4fecd8bef2942e9b7ca65bca7f79c4e", "verdict": "pursue"}');
INSERT INTO "history" VALUES('T0NORDLICHT','db832b86c24a44ea844e06e47aec52ab',2,'walk_away','U0EMMA','2026-11-30 09:00:00.000000','{}');
INSERT INTO "history" VALUES('T0NORDLICHT','ba156c270ead4c29a80d3098d28863f8',1,'qualify','U0EMMA','2026-11-30 09:00:00.000000','{"qualification": "937b2848e48b43fb91a0a3a72d8f53a3", "verdict": "walk_away"}');
CREATE TABLE lanes (
	workspace_id TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	not_before DOUBLE NOT NULL, 
	CONSTRAINT pk_lanes PRIMARY KEY (workspace_id, recipient), 
	CONSTRAINT fk_lanes_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (workspace_id)
);
INSERT INTO "lanes" VALUES('T0NORDLICHT','C0VERDICTS',1.79597195971498584752e+09);
CREATE TABLE members (
	workspace_id TEXT NOT NULL, 
	member_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	zone TEXT NOT NULL, 
	locale TEXT, 
	is_guest BOOLEAN NOT NULL, 
	is_foreign BOOLEAN NOT NULL, 
	is_bot BOOLEAN NOT NULL, 
	is_deactivated BOOLEAN NOT NULL, 
	fetched_at DATETIME NOT NULL, 
	CONSTRAINT pk_members PRIMARY KEY (workspace_id, member_id), 
	CONSTRAINT fk_members_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (workspace_id)
);
INSERT INTO "members" VALUES('T0NORDLICHT','U0EMMA','Emma Clarke','Europe/London','en-GB',0,0,0,0,'2026-11-30 09:00:00.000000');
INSERT INTO "members" VALUES('T0NORDLICHT','U0JONAS','Jonas Weber','Europe/Berlin','de-DE',0,0,0,0,'2026-11-30 09:00:00.000000');
CREATE TABLE outbox (
	row_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	workspace_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	dedupe_key TEXT NOT NULL, 
	prospect_id TEXT, 
	qualification_id TEXT, 
	revision INTEGER, 
	detail JSON NOT NULL, 
	state TEXT NOT NULL, 
	due_at DOUBLE NOT NULL, 
	fence INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	may_be_out BOOLEAN NOT NULL, 
	cause TEXT, 
	channel TEXT, 
	ts TEXT, 
	sent_at DOUBLE, 
	CONSTRAINT ck_outbox_sent CHECK ((state = 'sent') = (sent_at IS NOT NULL) AND (sent_at IS NULL) = (channel IS NULL) AND (channel IS NULL) = (ts IS NULL)), 
	CONSTRAINT ck_outbox_kind CHECK (kind IN ('card', 'card_rewrite', 'thread_line', 'owner_chosen', 'undeliverable')), 
	CONSTRAINT ck_outbox_state CHECK (state IN ('pending', 'claimed', 'sent', 'dead')), 
	CONSTRAINT fk_outbox_prospects FOREIGN KEY(workspace_id, prospect_id) REFERENCES prospects (workspace_id, prospect_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_outbox_qualifications FOREIGN KEY(workspace_id, qualification_id) REFERENCES qualifications (workspace_id, qualification_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_outbox_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (workspace_id), 
	CONSTRAINT uq_outbox_workspace_id_dedupe_key UNIQUE (workspace_id, dedupe_key)
);
INSERT INTO "outbox" VALUES(1,'T0NORDLICHT','card','C0VERDICTS','card:2d6986b80e1c43e8874a196ccf71f2b4','db832b86c24a44ea844e06e47aec52ab','2d6986b80e1c43e8874a196ccf71f2b4',NULL,'{}','sent',1.79597201060398578642e+09,1,1,0,NULL,'C0VERDICTS','1795971950.617777',1.79597195063798284529e+09);
INSERT INTO "outbox" VALUES(2,'T0NORDLICHT','card','C0VERDICTS','card:07853e1e81f54c14a67039e64648e065','f45c7adeed4a430885e30f9a2f22c093','07853e1e81f54c14a67039e64648e065',NULL,'{}','sent',1.79597201199299454687e+09,1,1,0,NULL,'C0VERDICTS','1795971952.216690',1.79597195226199340817e+09);
INSERT INTO "outbox" VALUES(3,'T0NORDLICHT','card','C0VERDICTS','card:e17009fa45a44103a920af411bd818cb','1ceed62fd37c42548671d1448ff99bf1','e17009fa45a44103a920af411bd818cb',NULL,'{}','sent',1.79597201397001051898e+09,1,1,0,NULL,'C0VERDICTS','1795971954.243816',1.7959719543070032596e+09);
INSERT INTO "outbox" VALUES(4,'T0NORDLICHT','card','C0VERDICTS','card:e4fecd8bef2942e9b7ca65bca7f79c4e','2ac54fcc841d4a74add473599c47cfeb','e4fecd8bef2942e9b7ca65bca7f79c4e',NULL,'{}','sent',1.79597201596999979022e+09,1,1,0,NULL,'C0VERDICTS','1795971956.013872',1.79597195626201176646e+09);
INSERT INTO "outbox" VALUES(5,'T0NORDLICHT','card_rewrite','C0VERDICTS','card_rewrite:2d6986b80e1c43e8874a196ccf71f2b4:2','db832b86c24a44ea844e06e47aec52ab','2d6986b80e1c43e8874a196ccf71f2b4',2,'{}','sent',1.79597201726800107957e+09,1,1,0,NULL,'C0VERDICTS','1795971950.617777',1.79597195754198884964e+09);
INSERT INTO "outbox" VALUES(6,'T0NORDLICHT','thread_line','C0VERDICTS','thread_line:2d6986b80e1c43e8874a196ccf71f2b4:2','db832b86c24a44ea844e06e47aec52ab','2d6986b80e1c43e8874a196ccf71f2b4',2,'{}','sent',1.79597201856201934815e+09,1,1,0,NULL,'C0VERDICTS','1795971958.671218',1.79597195871200847622e+09);
INSERT INTO "outbox" VALUES(7,'T0NORDLICHT','card','C0VERDICTS','card:937b2848e48b43fb91a0a3a72d8f53a3','ba156c270ead4c29a80d3098d28863f8','937b2848e48b43fb91a0a3a72d8f53a3',NULL,'{}','pending',1.79597199047401881216e+09,1,1,1,'unreadable_answer',NULL,NULL,NULL);
CREATE TABLE prospects (
	workspace_id TEXT NOT NULL, 
	prospect_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	first_contact DATE NOT NULL, 
	expected_value BIGINT, 
	name_key TEXT NOT NULL, 
	qualification_id TEXT NOT NULL, 
	verdict TEXT NOT NULL, 
	verdict_on DATE NOT NULL, 
	decide_within INTEGER, 
	due_on DATE, 
	due_reason TEXT, 
	stage TEXT NOT NULL, 
	decision_action TEXT, 
	decision_by TEXT, 
	decision_at DATETIME, 
	decision_day DATE, 
	decision_ended_by TEXT, 
	decision_sentence TEXT, 
	revision INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_prospects PRIMARY KEY (workspace_id, prospect_id), 
	CONSTRAINT ck_prospects_decision CHECK ((stage = 'open') = (decision_action IS NULL) AND (decision_action IS NULL) = (decision_by IS NULL) AND (decision_action IS NULL) = (decision_at IS NULL)), 
	CONSTRAINT ck_prospects_decision_action CHECK (decision_action IN ('qualify', 'requalify', 'walk_away', 'won', 'lost', 'undo', 'condition_met', 'details')), 
	CONSTRAINT ck_prospects_decision_ended_by CHECK (decision_ended_by IN ('them', 'us')), 
	CONSTRAINT ck_prospects_due_reason CHECK (due_reason IN ('verdict', 'condition')), 
	CONSTRAINT ck_prospects_stage CHECK (stage IN ('open', 'walked_away', 'won', 'lost')), 
	CONSTRAINT ck_prospects_verdict CHECK (verdict IN ('pursue', 'problem', 'walk_away')), 
	CONSTRAINT ck_prospects_due CHECK ((due_on IS NULL) = (due_reason IS NULL)), 
	CONSTRAINT fk_prospects_qualifications FOREIGN KEY(workspace_id, qualification_id) REFERENCES qualifications (workspace_id, qualification_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_prospects_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (workspace_id)
);
INSERT INTO "prospects" VALUES('T0NORDLICHT','db832b86c24a44ea844e06e47aec52ab','Acme GmbH','U0EMMA','2026-11-30',NULL,'acme','2d6986b80e1c43e8874a196ccf71f2b4','walk_away','2026-11-30',NULL,'2026-12-02','verdict','walked_away','walk_away','U0EMMA','2026-11-30 09:00:00.000000',NULL,NULL,NULL,2,'2026-11-30 09:00:00.000000');
INSERT INTO "prospects" VALUES('T0NORDLICHT','f45c7adeed4a430885e30f9a2f22c093','Beta AG','U0JONAS','2026-11-30',NULL,'beta','07853e1e81f54c14a67039e64648e065','problem','2026-11-30',5,'2026-12-07','verdict','open',NULL,NULL,NULL,NULL,NULL,NULL,1,'2026-11-30 09:00:00.000000');
INSERT INTO "prospects" VALUES('T0NORDLICHT','1ceed62fd37c42548671d1448ff99bf1','Gamma KG','U0EMMA','2026-11-30',NULL,'gamma','e17009fa45a44103a920af411bd818cb','pursue','2026-11-30',NULL,NULL,NULL,'open',NULL,NULL,NULL,NULL,NULL,NULL,1,'2026-11-30 09:00:00.000000');
INSERT INTO "prospects" VALUES('T0NORDLICHT','2ac54fcc841d4a74add473599c47cfeb','Delta SE','U0JONAS','2026-11-30',NULL,'delta','e4fecd8bef2942e9b7ca65bca7f79c4e','pursue','2026-11-30',NULL,'2026-12-08','condition','open',NULL,NULL,NULL,NULL,NULL,NULL,1,'2026-11-30 09:00:00.000000');
INSERT INTO "prospects" VALUES('T0NORDLICHT','ba156c270ead4c29a80d3098d28863f8','Epsilon OHG','U0EMMA','2026-11-30',NULL,'epsilon','937b2848e48b43fb91a0a3a72d8f53a3','walk_away','2026-11-30',NULL,'2026-12-02','verdict','open',NULL,NULL,NULL,NULL,NULL,NULL,1,'2026-11-30 09:00:00.000000');
CREATE TABLE qualifications (
	workspace_id TEXT NOT NULL, 
	qualification_id TEXT NOT NULL, 
	prospect_id TEXT NOT NULL, 
	draft_id TEXT NOT NULL, 
	version_id TEXT NOT NULL, 
	member_id TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	verdict TEXT NOT NULL, 
	decide_within INTEGER, 
	answers JSON NOT NULL, 
	reasons JSON NOT NULL, 
	name TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	first_contact DATE NOT NULL, 
	expected_value BIGINT, 
	conditions JSON NOT NULL, 
	before_id TEXT, 
	card_channel TEXT, 
	card_ts TEXT, 
	CONSTRAINT pk_qualifications PRIMARY KEY (workspace_id, qualification_id), 
	CONSTRAINT ck_qualifications_verdict CHECK (verdict IN ('pursue', 'problem', 'walk_away')), 
	CONSTRAINT ck_qualifications_card CHECK ((card_channel IS NULL) = (card_ts IS NULL)), 
	CONSTRAINT fk_qualifications_before FOREIGN KEY(workspace_id, before_id) REFERENCES qualifications (workspace_id, qualification_id), 
	CONSTRAINT fk_qualifications_prospects FOREIGN KEY(workspace_id, prospect_id) REFERENCES prospects (workspace_id, prospect_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_qualifications_checklist_versions FOREIGN KEY(workspace_id, version_id) REFERENCES checklist_versions (workspace_id, version_id), 
	CONSTRAINT fk_qualifications_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (workspace_id), 
	CONSTRAINT uq_qualifications_workspace_id_before_id UNIQUE (workspace_id, before_id), 
	CONSTRAINT uq_qualifications_workspace_id_draft_id UNIQUE (workspace_id, draft_id)
);
INSERT INTO "qualifications" VALUES('T0NORDLICHT','2d6986b80e1c43e8874a196ccf71f2b4','db832b86c24a44ea844e06e47aec52ab','abc5b49d55ed4aadb393a7dc94d466e2','e0fc7c97441c4d44805a2444aa6fb955','U0EMMA','2026-11-30 09:00:00.000000','walk_away',NULL,'{"offer": "none", "numbers": "ready"}','["no_offer"]','Acme GmbH','U0EMMA','2026-11-30',NULL,'[]',NULL,'C0VERDICTS','1795971950.617777');
INSERT INTO "qualifications" VALUES('T0NORDLICHT','07853e1e81f54c14a67039e64648e065','f45c7adeed4a430885e30f9a2f22c093','26d6b046fc9c46da93a26e2653bcda68','e0fc7c97441c4d44805a2444aa6fb955','U0JONAS','2026-11-30 09:00:00.000000','problem',5,'{"offer": "clear", "numbers": "ready", "numbers_given": "1 million, margin 30 %", "value": "not_shown", "margin": "healthy", "niche": "inside"}','["value_not_shown"]','Beta AG','U0JONAS','2026-11-30',NULL,'[]',NULL,'C0VERDICTS','1795971952.216690');
INSERT INTO "qualifications" VALUES('T0NORDLICHT','e17009fa45a44103a920af411bd818cb','1ceed62fd37c42548671d1448ff99bf1','16d87598bc9c4ee698f77d7429e6bfee','e0fc7c97441c4d44805a2444aa6fb955','U0EMMA','2026-11-30 09:00:00.000000','pursue',NULL,'{"offer": "clear", "numbers": "ready", "numbers_given": "1 million, margin 30 %", "value": "at_once", "margin": "healthy", "niche": "inside"}','["good_fit"]','Gamma KG','U0EMMA','2026-11-30',NULL,'[]',NULL,'C0VERDICTS','1795971954.243816');
INSERT INTO "qualifications" VALUES('T0NORDLICHT','e4fecd8bef2942e9b7ca65bca7f79c4e','2ac54fcc841d4a74add473599c47cfeb','a47826d4b102473ba292fe44ddf01a40','e0fc7c97441c4d44805a2444aa6fb955','U0JONAS','2026-11-30 09:00:00.000000','pursue',NULL,'{"offer": "clear", "numbers": "none", "willing": "yes", "able": "yes", "fire": "yes", "homework": "last year''s figures", "homework_due": "2026-12-08", "value": "at_once"}','["fire"]','Delta SE','U0JONAS','2026-11-30',NULL,'[["last year''s figures", "2026-12-08"]]',NULL,'C0VERDICTS','1795971956.013872');
INSERT INTO "qualifications" VALUES('T0NORDLICHT','937b2848e48b43fb91a0a3a72d8f53a3','ba156c270ead4c29a80d3098d28863f8','7746fc36c429417995cf4205c79f859e','e0fc7c97441c4d44805a2444aa6fb955','U0EMMA','2026-11-30 09:00:00.000000','walk_away',NULL,'{"offer": "none", "numbers": "ready"}','["no_offer"]','Epsilon OHG','U0EMMA','2026-11-30',NULL,'[]',NULL,NULL,NULL);
CREATE TABLE user_groups (
	workspace_id TEXT NOT NULL, 
	group_id TEXT NOT NULL, 
	member_id TEXT NOT NULL, 
	CONSTRAINT pk_user_groups PRIMARY KEY (workspace_id, group_id, member_id), 
	CONSTRAINT fk_user_groups_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (workspace_id)
);
CREATE TABLE workspaces (
	workspace_id TEXT NOT NULL, 
	verdict_channel TEXT NOT NULL, 
	managers JSON NOT NULL, 
	language TEXT NOT NULL, 
	country TEXT, 
	zone TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	CONSTRAINT pk_workspaces PRIMARY KEY (workspace_id)
);
INSERT INTO "workspaces" VALUES('T0NORDLICHT','C0VERDICTS','["U0SABINE"]','en','DE','Europe/Berlin','EUR');
CREATE INDEX ix_prospects_name_key ON prospects (workspace_id, name_key);
CREATE INDEX ix_prospects_open ON prospects (workspace_id, owner, due_on) WHERE stage = 'open';
CREATE TRIGGER history_is_never_updated BEFORE update ON history BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER history_is_never_deleted BEFORE delete ON history BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE INDEX ix_outbox_due ON outbox (due_at) WHERE state IN ('pending', 'claimed');
CREATE INDEX ix_outbox_lane ON outbox (workspace_id, recipient, row_id) WHERE state IN ('pending', 'claimed');
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',7);
COMMIT;
