"""Writes golden.tfevents with Google's protobuf and Debian's CRC32C.

The messages are those of tensorflow/core/util/event.proto and
tensorflow/core/framework/summary.proto, as far as a file of scalars needs them;
the framing is that of tensorflow/core/lib/io/record_writer.h.

    apt-get install python3-protobuf python3-crc32c
    python3 internal/tfevents/testdata/golden.py
"""
import os
import struct

import crc32c
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

F = descriptor_pb2.FieldDescriptorProto


def message(file, name, fields):
    m = file.message_type.add(name=name)
    for number, name, kind, of in fields:
        f = m.field.add(name=name, number=number, type=kind, label=F.LABEL_OPTIONAL)
        if of:
            f.type_name = ".tensorflow." + of
        if of == "Value":
            f.label = F.LABEL_REPEATED


file = descriptor_pb2.FileDescriptorProto(name="event.proto", package="tensorflow", syntax="proto3")
message(file, "Value", [(1, "tag", F.TYPE_STRING, None), (2, "simple_value", F.TYPE_FLOAT, None)])
message(file, "Summary", [(1, "value", F.TYPE_MESSAGE, "Value")])
message(file, "Event", [(1, "wall_time", F.TYPE_DOUBLE, None), (2, "step", F.TYPE_INT64, None),
                        (3, "file_version", F.TYPE_STRING, None), (5, "summary", F.TYPE_MESSAGE, "Summary")])
pool = descriptor_pool.DescriptorPool()
pool.Add(file)
Event = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("tensorflow.Event"))


def masked(data):
    c = crc32c.crc32c(data)
    return ((c >> 15 | c << 17) + 0xA282EAD8) & 0xFFFFFFFF


def record(event):
    data = event.SerializeToString()
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked(length)) + data + struct.pack("<I", masked(data))


events = [Event(wall_time=1636502400.0, file_version="brain.Event:2")]
for step, values in [
    (1, [("loss", 2.5), ("mmd/s1", 0.125), ("lr", 0.1)]),
    (300, [("loss", float("inf"))]),
    (2**40, [("epoch/" + "ba" * 100, -1e-45)]),
]:
    e = Event(wall_time=1636502400.25 + step, step=step)
    for tag, value in values:
        v = e.summary.value.add(tag=tag)
        v.simple_value = value
    events.append(e)

with open(os.path.join(os.path.dirname(__file__), "golden.tfevents"), "wb") as f:
    f.write(b"".join(map(record, events)))
