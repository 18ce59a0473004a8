#pragma once

#include <array>

#include "vault/store/schema.h"

// The tables of the view (vault/store/view.h). A released step is never changed.
namespace kluis {

// What the rows mean. Another number than the one in the vault: everything is made anew.
inline constexpr std::int64_t kViewMake = 3;

inline constexpr std::array kViewTables = {Migration{
    1,
    "CREATE TABLE view_make(make INTEGER NOT NULL) STRICT;"
    // One row per record and circle; `holder` is the record that brought it: itself or a carry.
    "CREATE TABLE view_record(id INTEGER PRIMARY KEY, circle BLOB NOT NULL, record BLOB NOT NULL,"
    " holder BLOB NOT NULL, kind INTEGER NOT NULL, author BLOB NOT NULL, written INTEGER NOT NULL,"
    " roll_act INTEGER NOT NULL, UNIQUE(circle, record)) STRICT;"
    "CREATE INDEX view_record_holder ON view_record(circle, holder);"
    "CREATE TABLE view_circle(id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL,"
    " dossier BLOB NOT NULL, title TEXT NOT NULL, kind INTEGER NOT NULL, class INTEGER NOT NULL,"
    " burgemeester BLOB) STRICT;"
    "CREATE TABLE view_stuk(id INTEGER PRIMARY KEY, stuk BLOB NOT NULL, title TEXT NOT NULL,"
    " type TEXT NOT NULL) STRICT;"
    "CREATE INDEX view_stuk_stuk ON view_stuk(stuk);"
    "CREATE TABLE view_version(id INTEGER PRIMARY KEY, stuk BLOB NOT NULL,"
    " number INTEGER NOT NULL, status INTEGER NOT NULL, file_name TEXT NOT NULL,"
    " size INTEGER NOT NULL, sealed INTEGER NOT NULL, blob BLOB NOT NULL,"
    " indexed INTEGER NOT NULL) STRICT;"
    "CREATE INDEX view_version_stuk ON view_version(stuk);"
    "CREATE INDEX view_version_blob ON view_version(blob);"
    "CREATE INDEX view_version_unindexed ON view_version(id) WHERE indexed = 0;"
    "CREATE TABLE view_mark(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, stuk BLOB NOT NULL,"
    " version_record BLOB NOT NULL) STRICT;"
    "CREATE INDEX view_mark_stuk ON view_mark(stuk);"
    "CREATE TABLE view_note(id INTEGER PRIMARY KEY, stuk BLOB NOT NULL,"
    " version INTEGER NOT NULL, note TEXT NOT NULL) STRICT;"
    "CREATE INDEX view_note_stuk ON view_note(stuk);"
    "CREATE TABLE view_event(id INTEGER PRIMARY KEY, act TEXT NOT NULL, subject BLOB NOT NULL,"
    " version INTEGER NOT NULL, article TEXT NOT NULL) STRICT;"
    "CREATE TABLE view_opened(circle BLOB NOT NULL, device BLOB NOT NULL, month INTEGER NOT NULL,"
    " place INTEGER NOT NULL, stuk BLOB NOT NULL, version INTEGER NOT NULL,"
    " opened INTEGER NOT NULL, PRIMARY KEY(circle, device, month, place)) WITHOUT ROWID, STRICT;"
    "CREATE TABLE view_device(device BLOB PRIMARY KEY, seen INTEGER NOT NULL) WITHOUT ROWID,"
    " STRICT;"
    "CREATE TABLE view_loose(blob BLOB PRIMARY KEY) WITHOUT ROWID, STRICT;"
    "CREATE VIRTUAL TABLE view_text USING fts5(words, stuk UNINDEXED,"
    " tokenize = 'unicode61 remove_diacritics 2');"}};

}  // namespace kluis
