-- A mail server as miltertest plays it: a new triplet, its retry, and a second message in the same
-- session. Give the port: miltertest -D port=10030 -s greylist.lua; the daemon runs with -m 0.02.

local function expect(what, got, want)
  if got ~= want then error(what .. ": got " .. tostring(got) .. ", want " .. tostring(want)) end
end

local function connect()
  local conn = mt.connect("inet:" .. port .. "@127.0.0.1", 40, 0.05)
  if conn == nil then error("cannot connect") end
  expect("conninfo", mt.conninfo(conn, "mail.example.org", "192.0.2.7"), nil)
  expect("conninfo's reply", mt.getreply(conn), SMFIR_CONTINUE)
  return conn
end

local function mail(conn, sender)
  mt.macro(conn, SMFIC_MAIL, "i", "4BXYZ", "{mail_addr}", sender)
  expect("mailfrom", mt.mailfrom(conn, "<" .. sender .. ">", "SIZE=100"), nil)
  expect("mailfrom's reply", mt.getreply(conn), SMFIR_CONTINUE)
end

local function rcpt(conn, recipient, want)
  expect("rcptto", mt.rcptto(conn, "<" .. recipient .. ">"), nil)
  expect("the reply to " .. recipient, mt.getreply(conn), want)
end

local conn = connect()
mail(conn, "alice@example.org")
rcpt(conn, "bob@example.net", SMFIR_REPLYCODE)
rcpt(conn, "carol@example.net", SMFIR_REPLYCODE)
mt.abort(conn)
mail(conn, "")
rcpt(conn, "bob@example.net", SMFIR_CONTINUE)
expect("data", mt.data(conn), nil)
expect("data's reply to the null sender", mt.getreply(conn), SMFIR_REPLYCODE)
mt.disconnect(conn)

mt.sleep(2.1)
conn = connect()
mail(conn, "alice@example.org")
rcpt(conn, "bob@example.net", SMFIR_CONTINUE)
expect("data", mt.data(conn), nil)
expect("data's reply", mt.getreply(conn), SMFIR_CONTINUE)
expect("eom", mt.eom(conn), nil)
expect("eom's reply", mt.getreply(conn), SMFIR_CONTINUE)
expect("the header", mt.eom_check(conn, MT_HDRADD, "X-Greylist"), true)
mail(conn, "dora@example.org")
rcpt(conn, "erik@example.net", SMFIR_ACCEPT)
mt.disconnect(conn)
