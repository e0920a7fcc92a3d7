
-- No request of this call has a moving window: reading a script costs at every call.
local look_into_log, write_log
