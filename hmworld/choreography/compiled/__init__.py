"""The forecast, compiled: millions of candidates in the time that the plain one takes for thousands.

`layout` names the arrays, `pack` fills them from documents and `unpack` reads events from them; `poses` says where camera and subjects
are, `sight` what the picture shows of a subject, `clearance` whether a clip can be filmed, `events` what happens in it, and `judge` puts
all of it together. Poses that are stored never come from here: tests hold this twin to the plain choreography and forecast.
"""
